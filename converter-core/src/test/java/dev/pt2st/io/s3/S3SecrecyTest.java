package dev.pt2st.io.s3;

import static dev.pt2st.testing.FaultServer.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.IfExists;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.Upload;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No secret, token, signature or signed address gets out of a request, whatever its answer is. */
class S3SecrecyTest {
  private static final byte[] BYTES = new byte[100];

  /** Everything that a server may send back of what it has got. */
  private static FaultServer.Reply reflecting(Request request, int status, String code) {
    String all = request.headers() + request.target() + " X-Amz-Signature=LEAK";
    String body =
        "<Error><Code>"
            + code
            + "</Code><Message>"
            + all
            + "</Message><Region>"
            + all
            + "</Region></Error>";
    return answer(
        status,
        body,
        "x-reflected: " + all,
        "x-amz-bucket-region: " + request.header("authorization"),
        "Location: http://127.0.0.1/?X-Amz-Signature=LEAK&X-Amz-Security-Token="
            + request.header("x-amz-security-token"),
        "ETag: \"" + request.header("x-amz-security-token") + "\"");
  }

  static Stream<FaultServer.Handler> servers() {
    Stream.Builder<FaultServer.Handler> servers = Stream.builder();
    for (int status : new int[] {200, 206, 307, 400, 403, 412, 503}) {
      for (String code :
          new String[] {
            "SignatureDoesNotMatch", "AuthorizationHeaderMalformed", "LEAK TopSecretKey"
          }) {
        servers.add(request -> reflecting(request, status, code));
      }
    }
    // Not an answer, and not one in time.
    servers.add(request -> FaultServer.last(out -> true));
    servers.add(request -> FaultServer.last(FaultServer.raw(200, BYTES, "Content-Length: 9999")));
    servers.add(request ->
        FaultServer.last(out -> {
          out.write((request.headers() + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
          return false;
        }));
    return servers.build();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void nothingGetsOut(FaultServer.Handler handler) throws Exception {
    List<String> shown = new ArrayList<>();
    try (ScriptedS3 s3 =
        new ScriptedS3(request -> {
          // The upload gets as far as its parts, and a read as far as a range.
          boolean opens = request.method().equals("HEAD") && request.target().endsWith("/there");
          return opens
              ? ScriptedS3.object(request, BYTES, "\"t\"")
              : request.target().endsWith("?uploads") && !request.target().contains("/key?")
                  ? answer(
                      200,
                      "<InitiateMultipartUploadResult><UploadId>u</UploadId>"
                          + "</InitiateMultipartUploadResult>")
                  : handler.reply(request);
        })) {
      String there = "s3://bucket/there";
      show(shown, () -> s3.store().open("s3://bucket/key").close());
      show(shown, () -> s3.store().list("s3://bucket/key"));
      show(shown, () -> s3.store().metadata("s3://bucket/key"));
      show(shown, () -> put(s3, "s3://bucket/key", 1));
      show(shown, () -> put(s3, there, S3Upload.PART + 1));
      try (RangeSource source = s3.store().open(there)) {
        shown.add(source.toString());
        show(shown, () -> source.read(0, ByteBuffer.allocate(10)));
      }
      assertThat(shown).isNotEmpty();
      for (String text : shown) {
        assertThat(text)
            .doesNotContain(
                ScriptedS3.SECRET, ScriptedS3.TOKEN, "LEAK", "Signature=", "Credential=");
        for (Request request : s3.requests()) {
          String authorization = request.header("authorization");
          assertThat(text)
              .doesNotContain(authorization.substring(authorization.indexOf("Signature=") + 10));
        }
      }
    }
  }

  private static void put(ScriptedS3 s3, String uri, int size) throws IOException {
    try (Upload upload = s3.store().begin(uri, size, IfExists.REPLACE, Map.of())) {
      upload.write(ByteBuffer.allocate(size), 0);
      upload.finish();
      upload.commit();
    }
  }

  /** What runs and may fail. */
  private interface Step {
    void run() throws IOException;
  }

  /**
   * All that a log or a crash file could show of a failure, with causes and what was suppressed.
   */
  private static void show(List<String> shown, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text));
      shown.add(text.toString());
    }
  }
}
