package dev.pt2st.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The line of the progress bar is gone when its time is over. */
class BarLineTest {
  private static final String CLEARED = "\r" + " ".repeat(19) + "\r";

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(screen, false, StandardCharsets.UTF_8);
  private final BarLine line = new BarLine(new Terminal(err, err, true, true, 20));

  @Test
  void theCursorWaitsAtItsStart() {
    line.accept("model.pt  50%");
    assertThat(shown()).isEqualTo("\rmodel.pt  50%      \r");
  }

  @Test
  void itsEndClearsIt() {
    line.accept("model.pt  50%");
    line.end();
    assertThat(shown()).endsWith(CLEARED);
  }

  @Test
  void afterItsEndNothingIsShownAnyMore() {
    line.end();
    line.accept("model.pt  51%");
    line.clear();
    assertThat(shown()).isEqualTo(CLEARED);
  }

  private String shown() {
    return screen.toString(StandardCharsets.UTF_8);
  }
}
