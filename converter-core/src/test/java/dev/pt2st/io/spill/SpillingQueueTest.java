package dev.pt2st.io.spill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue gives what it took, in order and as often as it is asked, in memory or in a file. */
class SpillingQueueTest {
  private static List<String> all(SpillingQueue<String> queue) throws IOException {
    List<String> all = new ArrayList<>();
    var each = queue.each();
    for (String next = each.get(); next != null; next = each.get()) {
      all.add(next);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 30_000})
  void aQueueGivesAllOfItAgainAndAgain(int count) throws IOException {
    List<String> things = IntStream.range(0, count).mapToObj(i -> "zeile é 漢字 😀 " + i).toList();
    for (SpillingQueue<String> queue :
        List.of(new SpillingQueue<String>(text -> text, line -> line), SpillingQueue.ofLines())) {
      try (queue) {
        for (String thing : things) {
          queue.add(thing);
        }
        assertThat(queue.size()).isEqualTo(count);
        assertThat(all(queue)).isEqualTo(things);
        assertThat(all(queue)).isEqualTo(things);
      }
    }
  }

  /** A thousand lines may be more than a heap, so lines are weighed and not counted. */
  @Test
  void longLinesGoToTheFile() throws IOException {
    List<String> things = Stream.generate(() -> "x".repeat(200_000)).limit(3).toList();
    try (SpillingQueue<String> queue = SpillingQueue.ofLines()) {
      queue.add(things.get(0));
      assertThat(queue.isInMemory()).isTrue();
      queue.add(things.get(1));
      queue.add(things.get(2));
      assertThat(queue.isInMemory()).isFalse();
      assertThat(all(queue)).isEqualTo(things);
    }
  }
}
