package dev.pt2st.io.s3;

import static dev.pt2st.io.s3.S3StoreTest.fails;
import static dev.pt2st.io.s3.ScriptedS3.error;
import static dev.pt2st.io.s3.ScriptedS3.errorBody;
import static dev.pt2st.io.s3.ScriptedS3.head;
import static dev.pt2st.testing.FaultServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.IfExists;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Upload;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Reply;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a server does, an upload ends as a success, or as a failure that leaves nothing. */
class S3UploadFaultsTest {
  private static final String URI_OF = "s3://bucket/key";
  private static final int PART = S3Upload.PART;
  private static final String COMPLETE = "POST /bucket/key?uploadId=u%2F1";

  /** A bucket with uploads and one key; a test changes single answers. */
  private static final class Bucket implements FaultServer.Handler {
    private final Map<String, Reply> instead = new ConcurrentHashMap<>();
    private volatile String mark = "";
    private volatile String begun = "";

    @Override
    public Reply reply(Request request) {
      String line = ScriptedS3.line(request);
      if (!request.header("x-amz-meta-pt2st-upload").isEmpty()) {
        begun = request.header("x-amz-meta-pt2st-upload");
      }
      Reply other = instead.get(line);
      if (other != null) {
        return other;
      }
      if (request.method().equals("HEAD")) {
        return mark.isEmpty()
            ? head(404, "Content-Length: 0")
            : head(200, "Content-Length: 1", "ETag: \"t\"", "x-amz-meta-pt2st-upload: " + mark);
      }
      return switch (line) {
        case "PUT /bucket/key" -> answer(200, "", "ETag: \"t\"");
        case "POST /bucket/key?uploads" ->
            answer(
                200,
                "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>");
        case COMPLETE -> answer(200, "<CompleteMultipartUploadResult/>");
        default ->
            request.method().equals("DELETE") ? answer(204, "") : answer(200, "", "ETag: \"part\"");
      };
    }

    Bucket with(String line, Reply reply) {
      instead.put(line, reply);
      return this;
    }

    /** The object is there from the answer on that this gives. */
    Reply appears(Reply reply, boolean ours) {
      return out -> {
        mark = ours ? begun : "another";
        return reply.write(out);
      };
    }
  }

  private static void write(Upload upload, int size) throws IOException {
    upload.write(ByteBuffer.allocate(size), 0);
    upload.finish();
  }

  private static Upload begin(ScriptedS3 s3, int size, IfExists ifExists) throws IOException {
    return s3.store().begin(URI_OF, size, ifExists, Map.of("a", "b"));
  }

  @ParameterizedTest
  @EnumSource
  void theConditionStandsOnTheLastRequestAlone(IfExists ifExists) throws Exception {
    for (int size : new int[] {5, PART + 5}) {
      try (ScriptedS3 s3 = new ScriptedS3(new Bucket());
          Upload upload = begin(s3, size, ifExists)) {
        write(upload, size);
        upload.commit();

        List<Request> sent =
            s3.requests().stream().filter(request -> !request.method().equals("HEAD")).toList();
        assertThat(sent.getLast().header("if-none-match"))
            .isEqualTo(ifExists == IfExists.REFUSE ? "*" : "");
        assertThat(sent.subList(0, sent.size() - 1))
            .allSatisfy(request -> assertThat(request.header("if-none-match")).isEmpty());
        assertThat(sent.getFirst().header("x-amz-meta-a")).isEqualTo("b");
        assertThat(s3.requests().size() - sent.size())
            .isEqualTo(ifExists == IfExists.REPLACE ? 0 : size == 5 ? 1 : 2);
      }
    }
  }

  @Test
  void partsAreJoinedInTheirOrder() throws Exception {
    Bucket bucket = new Bucket();
    for (int i = 1; i <= 3; i++) {
      bucket.with(
          "PUT /bucket/key?partNumber=" + i + "&uploadId=u%2F1",
          answer(200, "", "ETag: \"p&<" + i + ">\""));
    }
    try (ScriptedS3 s3 = new ScriptedS3(bucket);
        Upload upload = begin(s3, 2 * PART + 1, IfExists.REPLACE)) {
      write(upload, 2 * PART + 1);
      upload.commit();

      Request last = s3.requests().getLast();
      assertThat(ScriptedS3.line(last)).isEqualTo(COMPLETE);
      String body = last.body();
      assertThat(body)
          .isEqualTo(
              "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                  + part(1)
                  + part(2)
                  + part(3)
                  + "</CompleteMultipartUpload>");
      assertThat(s3.requests())
          .filteredOn(request -> request.method().equals("PUT"))
          .extracting(request -> request.body().length())
          .containsExactlyInAnyOrder(PART, PART, 1);
    }
  }

  private static String part(int number) {
    return "<Part><PartNumber>"
        + number
        + "</PartNumber><ETag>&quot;p&amp;&lt;"
        + number
        + "&gt;&quot;</ETag></Part>";
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError, UNREADABLE, the server answers with 500 (InternalError)",
    "403, AccessDenied, NOT_ALLOWED, the credentials of the environment do not allow this (AccessDenied)",
    "400, EntityTooLarge, UNREADABLE, the server answers with 400 (EntityTooLarge)",
  })
  void aPartThatIsNotTakenEndsTheUpload(int status, String code, Reason reason, String words)
      throws Exception {
    Bucket bucket =
        new Bucket().with("PUT /bucket/key?partNumber=2&uploadId=u%2F1", error(status, code));
    try (ScriptedS3 s3 = new ScriptedS3(bucket)) {
      try (Upload upload = begin(s3, 5 * PART, IfExists.REFUSE)) {
        fails(reason, () -> write(upload, 5 * PART)).hasMessage(URI_OF + ": " + words);
        assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
      }
      assertThat(s3.lines()).endsWith("DELETE /bucket/key?uploadId=u%2F1");
      assertThat(s3.lines()).doesNotContain(COMPLETE);
    }
  }

  /** A part that the server has not got as it was sent has the wrong MD5 there. */
  @Test
  void aPartThatIsDamagedOnTheWayIsSentAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    Bucket bucket = new Bucket();
    FaultServer.Handler handler =
        request ->
            request.target().contains("partNumber=1&") && tries.getAndIncrement() == 0
                ? error(400, "BadDigest")
                : bucket.reply(request);
    try (ScriptedS3 s3 = new ScriptedS3(handler);
        Upload upload = begin(s3, PART + 1, IfExists.REPLACE)) {
      write(upload, PART + 1);
      upload.commit();

      assertThat(s3.requests())
          .filteredOn(request -> request.target().contains("partNumber=1&"))
          .hasSize(2)
          .extracting(request -> request.header("content-md5"))
          .containsOnly("LHq4Wokyg+mMkx6VEa3Rgg==");
    }
  }

  @Test
  void aPartWithoutATagIsNoPart() throws Exception {
    Bucket bucket =
        new Bucket().with("PUT /bucket/key?partNumber=1&uploadId=u%2F1", answer(200, ""));
    try (ScriptedS3 s3 = new ScriptedS3(bucket);
        Upload upload = begin(s3, PART + 1, IfExists.REFUSE)) {
      fails(Reason.UNREADABLE, () -> write(upload, PART + 1))
          .hasMessageContaining("takes a part and gives no tag for it");
    }
  }

  @Test
  void anUploadWithoutANameIsNoUpload() throws Exception {
    Bucket bucket =
        new Bucket()
            .with("POST /bucket/key?uploads", answer(200, "<InitiateMultipartUploadResult/>"));
    try (ScriptedS3 s3 = new ScriptedS3(bucket)) {
      fails(Reason.UNREADABLE, () -> begin(s3, PART + 1, IfExists.REFUSE));
    }
  }

  /** S3 answers 200 as soon as it begins to join, and says in the body how that went. */
  @ParameterizedTest
  @CsvSource({
    "AccessDenied, NOT_ALLOWED, 1",
    "InvalidPart, UNREADABLE, 1",
    "InternalError, UNREADABLE, 2",
    "SlowDown, UNREADABLE, 2",
  })
  void aFailureInTheBodyOfASuccessIsOne(String code, Reason reason, int tries) throws Exception {
    Bucket bucket = new Bucket().with(COMPLETE, answer(200, "\n \n" + errorBody(code)));
    try (ScriptedS3 s3 = new ScriptedS3(bucket)) {
      try (Upload upload = begin(s3, PART + 1, IfExists.REFUSE)) {
        write(upload, PART + 1);
        fails(reason, upload::commit).hasMessageContaining(code);
      }
      assertThat(s3.lines()).filteredOn(COMPLETE::equals).hasSize(tries);
      assertThat(s3.lines()).endsWith("DELETE /bucket/key?uploadId=u%2F1");
    }
  }

  @Test
  void aFailureInTheBodyThatPassesIsTriedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    Bucket bucket = new Bucket();
    FaultServer.Handler handler =
        request ->
            ScriptedS3.line(request).equals(COMPLETE) && tries.getAndIncrement() == 0
                ? answer(200, errorBody("InternalError"))
                : bucket.reply(request);
    try (ScriptedS3 s3 = new ScriptedS3(handler)) {
      try (Upload upload = begin(s3, PART + 1, IfExists.REFUSE)) {
        write(upload, PART + 1);
        upload.commit();
      }
      assertThat(s3.lines()).doesNotContain("DELETE /bucket/key?uploadId=u%2F1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "412, PreconditionFailed, EXISTS",
    "409, ConditionalRequestConflict, EXISTS",
    "404, NoSuchUpload, UNREADABLE",
    "501, NotImplemented, REFUSED",
  })
  void theLastStepMayBeRefused(int status, String code, Reason reason) throws Exception {
    for (int size : new int[] {5, PART + 1}) {
      Bucket bucket = new Bucket();
      bucket
          .with("PUT /bucket/key", bucket.appears(error(status, code), false))
          .with(COMPLETE, bucket.appears(error(status, code), false));
      try (ScriptedS3 s3 = new ScriptedS3(bucket);
          Upload upload = begin(s3, size, IfExists.REFUSE)) {
        write(upload, size);
        fails(reason, upload::commit);
      }
    }
  }

  /** Such as after an access was granted: nothing has to be sent again but the last request. */
  @Test
  void theLastStepMayBeTakenAgain() throws Exception {
    for (int size : new int[] {5, PART + 1}) {
      AtomicInteger tries = new AtomicInteger();
      Bucket bucket = new Bucket();
      FaultServer.Handler handler =
          request ->
              List.of("PUT /bucket/key", COMPLETE).contains(ScriptedS3.line(request))
                      && tries.getAndIncrement() == 0
                  ? error(403, "AccessDenied")
                  : bucket.reply(request);
      try (ScriptedS3 s3 = new ScriptedS3(handler);
          Upload upload = begin(s3, size, IfExists.REFUSE)) {
        write(upload, size);
        fails(Reason.NOT_ALLOWED, upload::commit);
        upload.commit();

        assertThat(s3.requests())
            .filteredOn(request -> ScriptedS3.line(request).equals("PUT /bucket/key"))
            .extracting(request -> request.body().length())
            .isEqualTo(size == 5 ? List.of(5, 5) : List.of());
        assertThat(tries).hasValue(2);
      }
    }
  }

  @Test
  void whoReplacesAndMeetsAnotherIsTold() throws Exception {
    Bucket bucket = new Bucket().with("PUT /bucket/key", error(409, "ConditionalRequestConflict"));
    try (ScriptedS3 s3 = new ScriptedS3(bucket);
        Upload upload = begin(s3, 5, IfExists.REPLACE)) {
      write(upload, 5);
      fails(Reason.CHANGED, upload::commit).hasMessageContaining("somebody else writes it");
    }
  }

  /** The first try has had its effect, and its answer was lost: the second finds the object. */
  @ParameterizedTest
  @CsvSource({"412, PreconditionFailed", "404, NoSuchUpload", "500, InternalError"})
  void aSuccessWithoutAnAnswerIsASuccess(int status, String code) throws Exception {
    for (int size : new int[] {5, PART + 1}) {
      Bucket bucket = new Bucket();
      bucket
          .with("PUT /bucket/key", bucket.appears(error(status, code), true))
          .with(COMPLETE, bucket.appears(error(status, code), true));
      try (ScriptedS3 s3 = new ScriptedS3(bucket)) {
        try (Upload upload = begin(s3, size, IfExists.REFUSE)) {
          write(upload, size);
          upload.commit();
        }
        assertThat(s3.lines()).noneMatch(line -> line.startsWith("DELETE"));
      }
    }
  }

  @Test
  void whatCannotBeTakenBackIsSaid() throws Exception {
    String abort = "DELETE /bucket/key?uploadId=u%2F1";
    try (ScriptedS3 s3 = new ScriptedS3(new Bucket().with(abort, error(403, "AccessDenied")))) {
      Upload upload = begin(s3, PART + 1, IfExists.REFUSE);
      fails(Reason.UNREADABLE, upload::close)
          .hasMessage(
              URI_OF
                  + ": parts of an upload that was given up are still there, and cost until they"
                  + " are removed; see \"aws s3api list-multipart-uploads\" (the credentials of the"
                  + " environment do not allow this (AccessDenied))");
    }
    try (ScriptedS3 s3 = new ScriptedS3(new Bucket().with(abort, error(404, "NoSuchUpload")))) {
      begin(s3, PART + 1, IfExists.REFUSE).close();
    }
  }

  /** Whoever may write and not read is told that something is there, yet gets a 403 for it. */
  @Test
  void whoMayNotLookMayStillWrite() throws Exception {
    Bucket bucket = new Bucket().with("HEAD /bucket/key", head(403, "Content-Length: 0"));
    try (ScriptedS3 s3 = new ScriptedS3(bucket);
        Upload upload = begin(s3, PART + 1, IfExists.REFUSE)) {
      write(upload, PART + 1);
      upload.commit();
    }
  }

  @Test
  void aFailureOfAPartIsThrownOnceAndNotLost() throws Exception {
    Bucket bucket =
        new Bucket()
            .with("PUT /bucket/key?partNumber=1&uploadId=u%2F1", error(403, "AccessDenied"));
    try (ScriptedS3 s3 = new ScriptedS3(bucket);
        Upload upload = begin(s3, 2 * PART, IfExists.REFUSE)) {
      try {
        upload.write(ByteBuffer.allocate(PART), 0);
        upload.write(ByteBuffer.allocate(PART), PART);
      } catch (SourceException e) {
        return;
      }
      fails(Reason.NOT_ALLOWED, upload::finish);
    }
  }
}
