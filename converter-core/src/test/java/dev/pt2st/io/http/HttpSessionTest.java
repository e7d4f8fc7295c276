package dev.pt2st.io.http;

import static dev.pt2st.io.http.TestCalls.FILE;
import static dev.pt2st.io.http.TestCalls.NAME;
import static dev.pt2st.io.http.TestCalls.fails;
import static dev.pt2st.io.http.TestCalls.get;
import static dev.pt2st.io.http.TestCalls.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Handler;
import dev.pt2st.testing.FaultServer.Reply;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request gives what was asked for, or one sentence of why it does not. */
class HttpSessionTest {
  @Test
  void aRangeIsReadAndCounted() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE));
        HttpSession session = TestSessions.quick()) {
      assertThat(session.traffic().requests()).isZero();
      assertThat(server.connections()).isZero();

      assertThat(read(session, get(server))).isEqualTo("2345");
      assertThat(read(session, get(server))).isEqualTo("2345");

      assertThat(session.traffic().requests()).isEqualTo(2);
      assertThat(session.traffic().downloaded()).isEqualTo(8);
      assertThat(server.connections()).isOne();
      assertThat(server.requests().getFirst().header("Range")).isEqualTo("bytes=2-5");
      assertThat(server.requests().getFirst().header("Accept-Encoding")).isEqualTo("identity");
    }
  }

  /** What a server does wrong, and what is said of it. */
  static Stream<Arguments> faults() {
    byte[] part = "2345".getBytes(StandardCharsets.US_ASCII);
    String range = "Content-Range: bytes 2-5/16";
    return Stream.of(
        fault("200 for 206", FaultServer.answer(200, FILE), "with 200 instead of 206"),
        fault("no range", FaultServer.answer(206, part), "another range"),
        fault(
            "another range",
            FaultServer.answer(206, part, "Content-Range: bytes 3-6/16"),
            "another range"),
        fault(
            "another total",
            FaultServer.answer(206, part, "Content-Range: bytes 2-5/17"),
            "another range"),
        fault(
            "an unknown total",
            FaultServer.answer(206, part, "Content-Range: bytes 2-5/*"),
            "another range"),
        fault("a length that does not fit", FaultServer.answer(206, FILE, range), "another length"),
        fault(
            "a body that is cut",
            FaultServer.last(FaultServer.raw(206, new byte[2], range, "Content-Length: 4")),
            "breaks off"),
        fault(
            "a short body without a length",
            FaultServer.last(FaultServer.raw(206, new byte[3], range)),
            "less than the range"),
        fault(
            "a long body without a length",
            FaultServer.last(FaultServer.raw(206, new byte[5], range)),
            "more than the range"),
        fault(
            "compressed",
            FaultServer.answer(206, part, range, "Content-Encoding: gzip"),
            "sends it compressed"),
        fault("a closed connection", out -> false, "breaks off"),
        fault("no HTTP", FaultServer.last(text("SSH-2.0-x\r\n\r\n")), "breaks off"),
        fault("500", FaultServer.answer(500, "no"), "answers with 500"),
        fault("503", FaultServer.answer(503, "no"), "answers with 503"),
        fault("headers without an end", HttpSessionTest::endlessHeader, "breaks off"));
  }

  private static Arguments fault(String name, Reply reply, String words) {
    return Arguments.of(name, reply, words);
  }

  private static Reply text(String text) {
    return out -> {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      return true;
    };
  }

  private static boolean endlessHeader(OutputStream out) throws IOException {
    out.write("HTTP/1.1 206 X\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
    byte[] piece = "y".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 1 << 12; i++) {
      out.write(piece);
    }
    return false;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultIsTriedAgainAndThenSaid(String name, Reply fault, String words) throws IOException {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    try (FaultServer server = new FaultServer(request -> fault);
        HttpSession session = TestSessions.with(Traffic.unlimited(), Resolver.SYSTEM, waits)) {
      fails(() -> read(session, get(server)), Reason.UNREADABLE, words);
      assertThat(session.traffic().requests()).isEqualTo(3);
      assertThat(waits).hasSize(2).allMatch(Duration::isPositive);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultThatPassesIsNotSeen(String name, Reply fault, String words) throws IOException {
    AtomicInteger count = new AtomicInteger();
    Handler once =
        request -> count.getAndIncrement() == 0 ? fault : FaultServer.range(request, FILE);
    try (FaultServer server = new FaultServer(once);
        HttpSession session = TestSessions.quick()) {
      assertThat(read(session, get(server))).isEqualTo("2345");
    }
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        Arguments.of(401, Reason.NOT_ALLOWED),
        Arguments.of(403, Reason.NOT_ALLOWED),
        Arguments.of(404, Reason.MISSING),
        Arguments.of(410, Reason.MISSING),
        Arguments.of(412, Reason.CHANGED),
        Arguments.of(416, Reason.CHANGED),
        Arguments.of(418, Reason.UNREADABLE));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void whatDoesNotPassIsAskedOnce(int status, Reason reason) throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(status, "no"));
        HttpSession session = TestSessions.quick()) {
      fails(() -> read(session, get(server)), reason, String.valueOf(status));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void whatMayHaveHadItsEffectIsNotSentAgain() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(503, ""));
        HttpSession session = TestSessions.quick()) {
      HttpCall post =
          HttpCall.of("POST", NAME, NamedServer.of(server.at("/")), server.at("/")).once();
      fails(() -> session.send(post, 10), Reason.UNREADABLE, "503");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aBodyIsSentAsItIsAndAgainIfItMustBe() throws IOException {
    byte[] body = new byte[300_000];
    new java.util.Random(1).nextBytes(body);
    AtomicInteger count = new AtomicInteger();
    try (FaultServer server =
            new FaultServer(request ->
                count.getAndIncrement() == 0
                    ? FaultServer.answer(500, "")
                    : FaultServer.answer(200, "", "ETag: \"x\""));
        HttpSession session = TestSessions.quick()) {
      HttpCall put =
          HttpCall.of("PUT", NAME, NamedServer.of(server.at("/")), server.at("/o"))
              .body(ByteBuffer.wrap(body))
              .header("X-Kind", "part");
      assertThat(session.send(put, 10).header("etag")).contains("\"x\"");
      assertThat(server.requests()).hasSize(2);
      for (Request request : server.requests()) {
        assertThat(request.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(body);
        assertThat(request.header("X-Kind")).isEqualTo("part");
      }
      assertThat(session.traffic().uploaded()).isEqualTo(600_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "HEAD"})
  void requestsWithoutABodyAreSent(String method) throws IOException {
    try (FaultServer server =
            new FaultServer(request -> FaultServer.raw(200, new byte[0], "Content-Length: 0"));
        HttpSession session = TestSessions.quick()) {
      HttpCall call = HttpCall.of(method, NAME, NamedServer.of(server.at("/")), server.at("/o"));
      assertThat(session.send(call, 10).status()).isEqualTo(200);
      assertThat(server.requests().getFirst().method()).isEqualTo(method);
    }
  }

  @Test
  void aRangeOutsideOfTheObjectIsNotAskedFor() throws IOException {
    try (HttpSession session = TestSessions.quick()) {
      HttpCall call =
          HttpCall.of(
              "GET",
              NAME,
              NamedServer.of(URI.create("http://127.0.0.1:1/")),
              URI.create("http://127.0.0.1:1/"));
      assertThatThrownBy(() -> session.read(call, 3, 4, ByteBuffer.allocate(2), AnswerCheck.NONE))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(session.traffic().requests()).isZero();
    }
  }

  @Test
  void aServerThatIsNotThereIsSaid() throws IOException {
    FaultServer gone = new FaultServer(request -> out -> false);
    HttpCall call = get(gone);
    gone.close();
    try (HttpSession session = TestSessions.quick()) {
      fails(() -> read(session, call), Reason.UNREADABLE, "refuses the connection");
    }
  }

  @Test
  void aServerThatDoesNotEncryptIsSaid() throws IOException {
    try (FaultServer server = new FaultServer(request -> out -> false);
        HttpSession session = TestSessions.quick()) {
      URI uri =
          URI.create(server.at("/the-path?Signature=secret").toString().replace("http", "https"));
      fails(
          () -> read(session, HttpCall.of("GET", NAME, NamedServer.of(uri), uri)),
          Reason.UNREADABLE,
          "no encrypted connection to https://127.0.0.1");
    }
  }

  /** Another try does not make it trusted. */
  @Test
  void aCertificateThatIsNotTrustedIsFinal() {
    IOException failure =
        new SSLException("of https://x/?secret", new CertificateException("secret"));
    assertThat(Faults.isFinal(failure)).isTrue();
    assertThat(Faults.words(failure, Origin.of(URI.create("https://x/?secret"))))
        .isEqualTo("the certificate of https://x is not trusted");
  }

  @Test
  void aHostWithoutAnAddressIsSaidAtOnce() throws IOException {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    Resolver none =
        host -> {
          throw new java.net.UnknownHostException(host);
        };
    try (HttpSession session = TestSessions.with(Traffic.unlimited(), none, waits)) {
      java.net.URI uri = URI.create("https://nowhere.invalid/the-path?Signature=secret");
      fails(
          () -> read(session, HttpCall.of("GET", NAME, NamedServer.of(uri), uri)),
          Reason.UNREADABLE,
          "the host nowhere.invalid is not known");
      assertThat(waits).isEmpty();
    }
  }
}
