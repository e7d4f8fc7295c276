package dev.pt2st.io.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pt2st.ResourceName;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Handler;
import dev.pt2st.testing.FaultServer.Reply;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request gives what was asked for, or one sentence of why it does not. */
class HttpSessionTest {
  private static final ResourceName NAME = new ResourceName("test://file");
  private static final byte[] FILE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static HttpCall get(FaultServer server) {
    return HttpCall.of(
        "GET", NAME, Home.of(server.at("/")), server.at("/the-path?Signature=secret"));
  }

  private static String read(HttpSession session, HttpCall call) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(4);
    session.read(call, 2, FILE.length, target, AnswerCheck.NONE);
    return StandardCharsets.US_ASCII.decode(target.flip()).toString();
  }

  private static void fails(ThrowingCallable call, Reason reason, String words) {
    assertThatThrownBy(call)
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e).hasMessageContaining(words).hasMessageStartingWith("test://file: ");
          assertThat(e.getMessage()).doesNotContain("secret", "Signature", "the-path");
          assertThat(e).hasNoCause();
          assertThat(e.getSuppressed()).isEmpty();
        });
  }

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

  @Test
  void aServerThatStallsIsGivenUp() throws IOException {
    List<FaultServer> self = new ArrayList<>();
    Handler stalls =
        request ->
            self.getFirst()
                .stalled(
                    FaultServer.raw(
                        206, new byte[1], "Content-Range: bytes 2-5/16", "Content-Length: 4"));
    try (FaultServer server = new FaultServer(stalls);
        HttpSession session = TestSessions.quick()) {
      self.add(server);
      long start = System.nanoTime();
      fails(() -> read(session, get(server)), Reason.UNREADABLE, "does not answer in time");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws IOException {
    List<FaultServer> self = new ArrayList<>();
    try (FaultServer server = new FaultServer(request -> self.getFirst().stalled(out -> true));
        HttpSession session =
            new HttpSession(
                TestSessions.QUICK.withAttempts(1),
                Traffic.unlimited(),
                Map.of(),
                Resolver.SYSTEM,
                time -> {})) {
      self.add(server);
      fails(() -> read(session, get(server)), Reason.UNREADABLE, "does not answer in time");
    }
  }

  /** A byte now and then is no stall, and yet it must end. */
  @Test
  void aServerThatDripsIsGivenUp() throws IOException {
    Reply drips =
        out -> {
          out.write(
              "HTTP/1.1 206 X\r\nContent-Range: bytes 0-9999/10000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
          for (int i = 0; i < 10_000; i++) {
            out.write(1);
            out.flush();
            sleep(100);
          }
          return false;
        };
    try (FaultServer server = new FaultServer(request -> drips);
        HttpSession session =
            new HttpSession(
                TestSessions.QUICK.withAttempts(1),
                Traffic.unlimited(),
                Map.of(),
                Resolver.SYSTEM,
                time -> {})) {
      ByteBuffer target = ByteBuffer.allocate(10_000);
      fails(
          () -> session.read(get(server), 0, 10_000, target, AnswerCheck.NONE),
          Reason.UNREADABLE,
          "does not answer in time");
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anEndlessBodyIsReadOnlySoFar() throws IOException {
    AtomicInteger pieces = new AtomicInteger();
    Reply endless =
        out -> {
          out.write("HTTP/1.1 200 X\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          byte[] piece = new byte[1 << 16];
          while (pieces.incrementAndGet() < 100_000) {
            out.write(piece);
          }
          return false;
        };
    try (FaultServer server = new FaultServer(request -> endless);
        HttpSession session = TestSessions.quick()) {
      fails(() -> session.send(get(server), 1000), Reason.UNREADABLE, "more than 1,000 bytes");
      assertThat(session.traffic().downloaded()).isLessThan(3 << 20);
      assertThat(pieces).hasValueLessThan(10_000);
    }
  }

  @Test
  void ofAnErrorOnlyTheBeginningIsRead() throws IOException {
    byte[] large = "e".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    StatusRules rules =
        new StatusRules() {
          @Override
          public SourceException failure(ResourceName source, HttpAnswer answer) {
            sizes.add(answer.body().length);
            return StatusRules.super.failure(source, answer);
          }
        };
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(404, large));
        HttpSession session = TestSessions.quick()) {
      fails(
          () -> session.send(get(server).rules(rules), 10),
          Reason.MISSING,
          "nothing of that name (404)");
      assertThat(sizes).containsExactly(8 << 10);
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
  void aServerThatAsksToWaitIsWaitedFor() throws IOException {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plusSeconds(40).atOffset(ZoneOffset.UTC));
    List<Reply> replies =
        List.of(
            FaultServer.answer(429, "", "Retry-After: 7"),
            FaultServer.answer(503, "", "Retry-After: " + date));
    AtomicInteger count = new AtomicInteger();
    List<Duration> waits = new CopyOnWriteArrayList<>();
    Handler handler =
        request -> {
          int n = count.getAndIncrement();
          return n < 2 ? replies.get(n) : FaultServer.range(request, FILE);
        };
    try (FaultServer server = new FaultServer(handler);
        HttpSession session = TestSessions.with(Traffic.unlimited(), Resolver.SYSTEM, waits)) {
      assertThat(read(session, get(server))).isEqualTo("2345");
      assertThat(waits.getFirst()).isEqualTo(Duration.ofSeconds(7));
      assertThat(waits.getLast()).isBetween(Duration.ofSeconds(35), Duration.ofSeconds(41));
    }
  }

  @Test
  void theQuotaOfTheHubIsWaitedFor() throws IOException {
    AtomicInteger count = new AtomicInteger();
    List<Duration> waits = new CopyOnWriteArrayList<>();
    Handler handler =
        request ->
            count.getAndIncrement() == 0
                ? FaultServer.answer(429, "", "RateLimit: \"resolvers\";r=0;t=12")
                : FaultServer.range(request, FILE);
    try (FaultServer server = new FaultServer(handler);
        HttpSession session = TestSessions.with(Traffic.unlimited(), Resolver.SYSTEM, waits)) {
      assertThat(read(session, get(server))).isEqualTo("2345");
      assertThat(waits).containsExactly(Duration.ofSeconds(12));
    }
  }

  @Test
  void aServerThatAsksForTooLongIsNotWaitedFor() throws IOException {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    try (FaultServer server =
            new FaultServer(request -> FaultServer.answer(429, "", "Retry-After: 3600"));
        HttpSession session = TestSessions.with(Traffic.unlimited(), Resolver.SYSTEM, waits)) {
      fails(() -> read(session, get(server)), Reason.RATE_LIMITED, "wait for 3600 seconds");
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void waitsGrowAndAreNeverTheSame() {
    assertThat(
            Stream.iterate(1, n -> n + 1)
                .limit(40)
                .map(n -> Waits.after(n, new java.util.SplittableRandom(n))))
        .allMatch(time -> time.toMillis() >= 250 && time.toSeconds() <= 20)
        .doesNotHaveDuplicates();
    assertThat(Waits.after(1, new java.util.SplittableRandom(1)).toMillis()).isLessThan(501);
  }

  @Test
  void whatMayHaveHadItsEffectIsNotSentAgain() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(503, ""));
        HttpSession session = TestSessions.quick()) {
      HttpCall post = HttpCall.of("POST", NAME, Home.of(server.at("/")), server.at("/")).once();
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
          HttpCall.of("PUT", NAME, Home.of(server.at("/")), server.at("/o"))
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
      HttpCall call = HttpCall.of(method, NAME, Home.of(server.at("/")), server.at("/o"));
      assertThat(session.send(call, 10).status()).isEqualTo(200);
      assertThat(server.requests().getFirst().method()).isEqualTo(method);
    }
  }

  @Test
  void aLimitOfRequestsHolds() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE));
        HttpSession session = TestSessions.with(new Traffic(2, Long.MAX_VALUE))) {
      read(session, get(server));
      read(session, get(server));
      fails(() -> read(session, get(server)), Reason.OVER_BUDGET, "more than the 2 requests");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void aLimitOfBytesHoldsBeforeTheyAreAskedFor() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE));
        HttpSession session = TestSessions.with(new Traffic(Long.MAX_VALUE, 7))) {
      read(session, get(server));
      fails(() -> read(session, get(server)), Reason.OVER_BUDGET, "more than the 7 bytes");
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** Nobody said how long the answer would be. */
  @Test
  void aLimitOfBytesHoldsWhileTheyCome() throws IOException {
    try (FaultServer server =
            new FaultServer(request -> FaultServer.answer(200, new byte[100_000]));
        HttpSession session = TestSessions.with(new Traffic(Long.MAX_VALUE, 5000))) {
      fails(() -> session.send(get(server), 200_000), Reason.OVER_BUDGET, "5,000 bytes");
    }
  }

  @Test
  void onlySoManyRequestsAreUnderWay() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore fourAreHere = new Semaphore(0);
    Handler slow =
        request -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          if (now.get() == 4) {
            fourAreHere.release(100);
          }
          fourAreHere.acquireUninterruptibly();
          sleep(20);
          now.decrementAndGet();
          return FaultServer.range(request, FILE);
        };
    try (FaultServer server = new FaultServer(slow);
        HttpSession session = TestSessions.quick();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> task = () -> read(session, get(server));
      List<Future<String>> results =
          Stream.generate(() -> task).limit(20).map(threads::submit).toList();
      for (Future<String> result : results) {
        assertThat(result.get()).isEqualTo("2345");
      }
      assertThat(most).hasValue(4);
    }
  }

  @Test
  void anInterruptedThreadStopsWaiting() throws Exception {
    List<FaultServer> self = new ArrayList<>();
    Handler stalls = request -> self.getFirst().stalled(out -> true);
    try (FaultServer server = new FaultServer(stalls);
        HttpSession session = TestSessions.quick()) {
      self.add(server);
      List<Throwable> ends = new CopyOnWriteArrayList<>();
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  read(session, get(server));
                } catch (IOException e) {
                  ends.add(e);
                  ends.add(new Throwable(Boolean.toString(Thread.interrupted())));
                }
              });
      while (server.requests().isEmpty()) {
        sleep(5);
      }
      reader.interrupt();
      reader.join(2000);
      assertThat(ends.getFirst()).isInstanceOf(ClosedByInterruptException.class);
      assertThat(ends.getLast()).hasMessage("true");
    }
  }

  @Test
  void aRangeOutsideOfTheObjectIsNotAskedFor() throws IOException {
    try (HttpSession session = TestSessions.quick()) {
      HttpCall call =
          HttpCall.of(
              "GET",
              NAME,
              Home.of(java.net.URI.create("http://127.0.0.1:1/")),
              java.net.URI.create("http://127.0.0.1:1/"));
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
  void aHostWithoutAnAddressIsSaidAtOnce() throws IOException {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    Resolver none =
        host -> {
          throw new java.net.UnknownHostException(host);
        };
    try (HttpSession session = TestSessions.with(Traffic.unlimited(), none, waits)) {
      java.net.URI uri = java.net.URI.create("https://nowhere.invalid/the-path?Signature=secret");
      fails(
          () -> read(session, HttpCall.of("GET", NAME, Home.of(uri), uri)),
          Reason.UNREADABLE,
          "the host nowhere.invalid is not known");
      assertThat(waits).isEmpty();
    }
  }
}
