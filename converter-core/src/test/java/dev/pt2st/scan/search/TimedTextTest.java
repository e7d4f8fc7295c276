package dev.pt2st.scan.search;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.work.Deadline;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An expression that takes quadratic time gives up when the time of its file is over. */
class TimedTextTest {
  @Test
  void anExpressionEndsWithTheTime() {
    AtomicLong now = new AtomicLong();
    Deadline deadline = new Deadline(Limits.STANDARD, 1, now::get);
    TimedText text = new TimedText("a".repeat(3000), deadline, Place.of(Path.of("m.yaml")));
    now.set(Long.MAX_VALUE);
    assertThatThrownBy(() -> Pattern.compile("a*b").matcher(text).find())
        .isInstanceOf(TimedText.TooLong.class);
  }
}
