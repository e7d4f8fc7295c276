package dev.pt2st.io.http;

import static dev.pt2st.io.http.TestCalls.FILE;
import static dev.pt2st.io.http.TestCalls.fails;
import static dev.pt2st.io.http.TestCalls.get;
import static dev.pt2st.io.http.TestCalls.read;
import static dev.pt2st.io.http.TestCalls.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.http.answer.RetryDelays;
import dev.pt2st.io.http.answer.StatusRules;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Handler;
import dev.pt2st.testing.FaultServer.Reply;
import java.io.IOException;
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
import org.junit.jupiter.api.Test;

/** Nothing goes on for ever: times, tries, waits, bodies and budgets have an end. */
class HttpBoundsTest {
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

  /** A byte now and then is not a stall, and yet it must end. */
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
                .map(n -> RetryDelays.after(n, new java.util.SplittableRandom(n))))
        .allMatch(time -> time.toMillis() >= 250 && time.toSeconds() <= 20)
        .doesNotHaveDuplicates();
    assertThat(RetryDelays.after(1, new java.util.SplittableRandom(1)).toMillis()).isLessThan(501);
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

  /** Each attempt waits at the gate, and longer than a server may take for an answer. */
  @Test
  void eachRequestWaitsAtTheGate() throws IOException {
    AtomicInteger passed = new AtomicInteger();
    Traffic traffic =
        Traffic.through(() -> {
          Thread.sleep(passed.getAndIncrement() == 0 ? 3500 : 0);
        });
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE));
        HttpSession session = TestSessions.with(traffic)) {
      read(session, get(server));
      read(session, get(server));
      assertThat(server.requests()).hasSize(2);
      assertThat(passed).hasValue(2);
    }
    Traffic closed =
        Traffic.through(() -> {
          throw new IOException("nobody is at the gate");
        });
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE));
        HttpSession session = TestSessions.with(closed)) {
      assertThatThrownBy(() -> read(session, get(server)))
          .isInstanceOf(IOException.class)
          .hasMessage("nobody is at the gate");
      assertThat(server.requests()).isEmpty();
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
}
