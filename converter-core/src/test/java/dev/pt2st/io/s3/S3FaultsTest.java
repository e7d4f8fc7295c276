package dev.pt2st.io.s3;

import static dev.pt2st.io.s3.S3StoreTest.fails;
import static dev.pt2st.io.s3.ScriptedS3.error;
import static dev.pt2st.io.s3.ScriptedS3.head;
import static dev.pt2st.io.s3.ScriptedS3.object;
import static dev.pt2st.testing.FaultServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.aws.AwsCredentials;
import dev.pt2st.io.aws.SigV4;
import dev.pt2st.io.s3.S3Options.Addressing;
import dev.pt2st.io.s3.S3Options.Signing;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers is a success, another try or a sentence, and nothing else. */
class S3FaultsTest {
  private static final byte[] BYTES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  private static final String TAG = "\"tag-1\"";
  private static final String URI_OF = "s3://bucket/key";

  private static byte[] read(RangeSource source, long offset, int size) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(size);
    source.read(offset, target);
    return target.array();
  }

  private static FaultServer.Handler afterHead(FaultServer.Handler reads) {
    return request ->
        request.method().equals("HEAD") ? object(request, BYTES, TAG) : reads.reply(request);
  }

  @ParameterizedTest
  @CsvSource({
    "503, SlowDown",
    "503, ServiceUnavailable",
    "500, InternalError",
    "400, RequestTimeout",
    "409, OperationAborted",
  })
  void whatPassesIsTriedAgain(int status, String code) throws Exception {
    AtomicInteger reads = new AtomicInteger();
    try (ScriptedS3 s3 =
            new ScriptedS3(
                afterHead(request ->
                    reads.getAndIncrement() == 0
                        ? error(status, code)
                        : object(request, BYTES, TAG)));
        RangeSource source = s3.store().open(URI_OF)) {
      assertThat(read(source, 2, 3)).containsExactly(3, 4, 5);
      assertThat(s3.lines())
          .containsExactly("HEAD /bucket/key", "GET /bucket/key", "GET /bucket/key");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "503, SlowDown, RATE_LIMITED, the server asks for fewer requests; try later",
    "503, ServiceUnavailable, UNREADABLE, the server answers with 503 (ServiceUnavailable)",
    "403, AccessDenied, NOT_ALLOWED, the credentials of the environment do not allow this (AccessDenied)",
    "403, InvalidAccessKeyId, NOT_ALLOWED, the server does not know the access key of the environment",
    "400, ExpiredToken, NOT_ALLOWED, the session token of the environment has expired or is no good; get a new one",
    "403, RequestTimeTooSkewed, NOT_ALLOWED, the clock of this machine is wrong by more than the server puts up with",
    "403, InvalidObjectState, UNREADABLE, it is archived; restore it first",
    "403, QuotaExceeded, NOT_ALLOWED, the credentials of the environment do not allow this (QuotaExceeded)",
    "404, NoSuchKey, MISSING, there is no such object in the bucket",
    "404, NoSuchBucket, MISSING, there is no such bucket",
    "404, '', MISSING, 'there is no such object, or no such bucket'",
    "412, PreconditionFailed, CHANGED, it has been replaced while it was read; start again",
    "416, InvalidRange, CHANGED, it has been replaced while it was read (416); start again",
    "400, InvalidRequest, UNREADABLE, the server answers with 400 (InvalidRequest)",
    "418, '<b>', UNREADABLE, the server answers with 418",
    "501, NotImplemented, REFUSED, the server does not support this request",
  })
  void aFailureIsASentence(int status, String code, Reason reason, String words) throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(afterHead(request -> error(status, code)));
        RangeSource source = s3.store().open(URI_OF)) {
      fails(reason, () -> read(source, 0, 1)).hasMessage(URI_OF + ": " + words);
    }
  }

  /** An answer to a HEAD has no body, so a GET is asked for the reason. */
  @Test
  void aFailedOpeningSaysWhy() throws Exception {
    try (ScriptedS3 s3 =
        new ScriptedS3(request ->
            request.method().equals("HEAD")
                ? head(400, "Content-Length: 0")
                : error(400, "ExpiredToken"))) {
      fails(Reason.NOT_ALLOWED, () -> s3.store().open(URI_OF))
          .hasMessageContaining("the session token of the environment has expired");
      assertThat(s3.requests()).hasSize(2);
      assertThat(s3.requests().getLast().header("range")).isEqualTo("bytes=0-0");
    }
    try (ScriptedS3 s3 =
        new ScriptedS3(request ->
            request.method().equals("HEAD")
                ? head(403, "Content-Length: 0")
                : object(request, BYTES, TAG))) {
      fails(Reason.NOT_ALLOWED, () -> s3.store().metadata(URI_OF))
          .hasMessage(URI_OF + ": the credentials of the environment do not allow this (403)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ETag: W/\"weak\"", "ETag: \"a b\""})
  void anObjectWithoutAnEntityTagIsNotOpened(String tag) throws Exception {
    String[] headers = tag.isEmpty() ? new String[0] : new String[] {tag};
    try (ScriptedS3 s3 = new ScriptedS3(request -> FaultServer.range(request, BYTES, headers))) {
      fails(Reason.UNREADABLE, () -> s3.store().open(URI_OF))
          .hasMessageContaining("no entity tag by which versions can be told apart");
    }
  }

  @Test
  void anObjectWithoutASizeIsNotOpened() throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(request -> head(200, "ETag: " + TAG))) {
      fails(Reason.UNREADABLE, () -> s3.store().open(URI_OF))
          .hasMessageContaining("does not say how large it is");
    }
  }

  /** A server may ignore If-Match. */
  @Test
  void anotherVersionIsNeverTaken() throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(afterHead(request -> object(request, BYTES, "\"tag-2\"")));
        RangeSource source = s3.store().open(URI_OF)) {
      fails(Reason.CHANGED, () -> read(source, 0, 10))
          .hasMessage(URI_OF + ": it has been replaced while it was read; start again");
      assertThat(s3.requests().getLast().header("if-match")).isEqualTo(TAG);
    }
    try (ScriptedS3 s3 = new ScriptedS3(afterHead(request -> FaultServer.range(request, BYTES)));
        RangeSource source = s3.store().open(URI_OF)) {
      fails(Reason.UNREADABLE, () -> read(source, 0, 10))
          .hasMessageContaining("does not say which version it sends");
    }
  }

  @Test
  void aWholeBodyForARangeIsNotTaken() throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(afterHead(request -> answer(200, BYTES, "ETag: " + TAG)));
        RangeSource source = s3.store().open(URI_OF)) {
      fails(Reason.UNREADABLE, () -> read(source, 0, 10))
          .hasMessageContaining("with 200 instead of 206");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBucketElsewhereIsAskedForThere(boolean redirect) throws Exception {
    String malformed =
        ScriptedS3.errorBody("AuthorizationHeaderMalformed")
            .replace("<Message>", "<Region>eu-west-9</Region><Message>");
    FaultServer.Handler handler =
        request -> {
          if (request.header("authorization").contains("/eu-west-9/s3/")) {
            return object(request, BYTES, TAG);
          }
          return redirect
              ? head(301, "Content-Length: 0", "x-amz-bucket-region: eu-west-9")
              : answer(400, malformed, "x-amz-bucket-region: eu-west-9");
        };
    try (ScriptedS3 s3 = new ScriptedS3(handler)) {
      try (RangeSource source = s3.store().open(URI_OF)) {
        assertThat(read(source, 0, 1)).containsExactly(1);
      }
      s3.store().metadata("s3://bucket/other");
      assertThat(s3.requests())
          .extracting(request -> request.header("authorization").split("/", -1)[2])
          .containsExactly("us-east-1", "eu-west-9", "eu-west-9", "eu-west-9");
    }
  }

  @Test
  void noAddressOfAServerIsFollowed() throws Exception {
    try (FaultServer other = new FaultServer(request -> object(request, BYTES, TAG));
        ScriptedS3 s3 =
            new ScriptedS3(request ->
                head(
                    307,
                    "Content-Length: 0",
                    "Location: " + other.byName("/bucket/key?X-Amz-Signature=LEAK")))) {
      fails(Reason.REFUSED, () -> s3.store().open(URI_OF))
          .hasMessage(
              URI_OF
                  + ": the bucket is in another region, which the server does not name; name the"
                  + " region");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void aBucketThatIsNowhereIsGivenUp() throws Exception {
    AtomicInteger region = new AtomicInteger();
    try (ScriptedS3 s3 =
        new ScriptedS3(request ->
            head(
                301,
                "Content-Length: 0",
                "x-amz-bucket-region: eu-west-" + region.incrementAndGet()))) {
      fails(Reason.REFUSED, () -> s3.store().metadata(URI_OF))
          .hasMessage(
              URI_OF
                  + ": the bucket is in the region eu-west-2; name this region or the right"
                  + " endpoint");
    }
    try (ScriptedS3 s3 =
        new ScriptedS3(
            request -> head(301, "Content-Length: 0", "x-amz-bucket-region: evil.example/"))) {
      fails(Reason.REFUSED, () -> s3.store().metadata(URI_OF))
          .hasMessageContaining("which the server does not name");
      assertThat(s3.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a//b, /bucket/a//b",
    "/a, /bucket//a",
    "a/, /bucket/a/",
    "a/../b, /bucket/a/../b",
    "../a, /bucket/../a",
    "., /bucket/.",
    "a/./b, /bucket/a/./b",
    "a+b, /bucket/a%2Bb",
    "' a ', /bucket/%20a%20",
    "a%2Fb, /bucket/a%252Fb",
    "a?b=c#d, /bucket/a%3Fb%3Dc%23d",
    "é€😀, /bucket/%C3%A9%E2%82%AC%F0%9F%98%80",
    "'a\tb\u0001', /bucket/a%09b%01",
    "~a*'(b)!;, /bucket/~a%2A%27%28b%29%21%3B",
  })
  void aKeyIsSentLetterByLetter(String key, String target) throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(request -> object(request, BYTES, TAG));
        RangeSource source = s3.store().open("s3://bucket/" + key)) {
      read(source, 0, 1);
      assertThat(s3.lines()).containsExactly("HEAD " + target, "GET " + target);
      for (Request request : s3.requests()) {
        assertThat(signatureOf(request)).isEqualTo(request.header("authorization"));
      }
    }
  }

  /** What a server computes from the request as it has come in. */
  private static String signatureOf(Request request) {
    String[] signed =
        request
            .header("authorization")
            .replaceAll(".*SignedHeaders=([^,]*),.*", "$1")
            .split(";", -1);
    Map<String, String> headers = new TreeMap<>();
    for (String name : signed) {
      if (!name.equals("host") && !name.equals("x-amz-date") && !name.endsWith("-token")) {
        headers.put(name, request.header(name));
      }
    }
    Instant now =
        LocalDateTime.parse(
                request.header("x-amz-date"), DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"))
            .toInstant(ZoneOffset.UTC);
    return new SigV4("us-east-1", "s3")
        .sign(
            new AwsCredentials("AKID", ScriptedS3.SECRET, ScriptedS3.TOKEN, null, "the test"),
            now,
            request.method(),
            URI.create("http://" + request.header("host") + request.target()),
            headers)
        .get("authorization");
  }

  @Test
  void withoutCredentialsNothingIsSigned() throws Exception {
    S3Options options = new S3Options(null, null, null, Addressing.AUTO, Signing.ANONYMOUS);
    try (ScriptedS3 s3 = new ScriptedS3(request -> object(request, BYTES, TAG), options, Map.of());
        RangeSource source = s3.store().open(URI_OF)) {
      read(source, 0, 1);
      assertThat(s3.requests())
          .allSatisfy(request ->
              assertThat(request.headers().keySet())
                  .noneMatch(name -> name.startsWith("x-amz") || name.equals("authorization")));
    }
  }

  /** To a server of its own it would be the same request again. */
  @Test
  void withoutCredentialsAnotherRegionDoesNotHelp() throws Exception {
    S3Options options = new S3Options(null, null, null, Addressing.AUTO, Signing.ANONYMOUS);
    try (ScriptedS3 s3 =
        new ScriptedS3(
            request -> head(301, "Content-Length: 0", "x-amz-bucket-region: eu-west-9"),
            options,
            Map.of())) {
      fails(Reason.REFUSED, () -> s3.store().metadata(URI_OF)).hasMessageContaining("eu-west-9");
      assertThat(s3.requests()).hasSize(1);
    }
  }

  @Test
  void withoutAnyCredentialsNothingIsAsked() throws Exception {
    try (ScriptedS3 s3 =
        new ScriptedS3(
            request -> object(request, BYTES, TAG),
            S3Options.STANDARD,
            Map.of("AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", ""))) {
      fails(Reason.NOT_ALLOWED, () -> s3.store().open(URI_OF))
          .hasMessageStartingWith(URI_OF + ": There are no credentials in the environment");
      assertThat(s3.requests()).isEmpty();
    }
  }

  /** From the stand-in of a container to the signature. */
  @Test
  void aContainerGivesTheCredentials() throws Exception {
    String json =
        "{\"AccessKeyId\": \"AKC\", \"SecretAccessKey\": \"s\", \"Token\": \"TC\","
            + " \"Expiration\": \"2126-01-01T00:00:00Z\"}";
    try (FaultServer container = new FaultServer(request -> answer(200, json));
        ScriptedS3 s3 =
            new ScriptedS3(
                request -> object(request, BYTES, TAG),
                S3Options.STANDARD,
                Map.of(
                    "AWS_ACCESS_KEY_ID", "",
                    "AWS_SECRET_ACCESS_KEY", "",
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI", container.at("/c").toString()));
        RangeSource source = s3.store().open(URI_OF)) {
      read(source, 0, 1);
      assertThat(container.requests()).hasSize(1);
      assertThat(s3.requests())
          .hasSize(2)
          .allSatisfy(request -> {
            assertThat(request.header("authorization")).contains("Credential=AKC/");
            assertThat(request.header("x-amz-security-token")).isEqualTo("TC");
          });
    }
  }

  @Test
  void aLargeBodyIsSignedUnlessTheConnectionIsEncrypted() {
    ByteBuffer large = ByteBuffer.allocate((1 << 20) + 1);
    ByteBuffer small = ByteBuffer.allocate(1 << 20);

    assertThat(S3Client.digest(large, URI.create("https://h/"))).isEqualTo("UNSIGNED-PAYLOAD");
    assertThat(S3Client.digest(large, URI.create("http://h/"))).hasSize(64);
    assertThat(S3Client.digest(small, URI.create("https://h/"))).hasSize(64);
    assertThat(S3Client.digest(null, URI.create("https://h/"))).isEqualTo(SigV4.EMPTY_DIGEST);
  }

  @Test
  void aStoreWithoutRequestsOpensNoConnection() throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(500, ""))) {
      assertThatThrownBy(() -> s3.store().open("s3://x")).isInstanceOf(SourceException.class);
      assertThat(s3.requests()).isEmpty();
    }
  }
}
