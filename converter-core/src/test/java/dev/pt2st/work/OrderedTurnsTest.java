package dev.pt2st.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OrderedTurnsTest {
  @Test
  void threadsComeInTheOrderOfTheirPositions() throws Exception {
    OrderedTurns turns = new OrderedTurns(5);
    List<Long> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (long position = 14; position >= 5; position--) {
      long own = position;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                if (turns.await(own)) {
                  order.add(own);
                  turns.done(own + 1);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    assertThat(turns.isAt(15)).isTrue();
  }

  @Test
  void nobodyWaitsForAThreadThatHasFailed() throws Exception {
    OrderedTurns turns = new OrderedTurns(0);
    AtomicBoolean came = new AtomicBoolean(true);
    Thread waiting = Thread.ofPlatform().start(() -> came.set(turns.await(1)));
    turns.abort();
    waiting.join();
    assertThat(came).isFalse();
    assertThat(turns.await(0)).isFalse();
    assertThat(turns.isAt(0)).isFalse();
  }

  @Test
  void anInterruptedThreadWaitsAllTheSameAndStaysInterrupted() throws Exception {
    OrderedTurns turns = new OrderedTurns(0);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> interrupted.set(turns.await(1) && Thread.currentThread().isInterrupted()));
    waiting.interrupt();
    turns.done(1);
    waiting.join();
    assertThat(interrupted).isTrue();
  }

  @Test
  void aTurnThatIsOverIsAMistake() {
    OrderedTurns turns = new OrderedTurns(3);
    assertThatThrownBy(() -> turns.await(2)).isInstanceOf(IllegalStateException.class);
  }
}
