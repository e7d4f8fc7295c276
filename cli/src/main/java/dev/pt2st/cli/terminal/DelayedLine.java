package dev.pt2st.cli.terminal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A line that is redrawn by a separate thread, on a terminal, for work that takes over a second. It
 * is cleared when the work or the program ends.
 */
public final class DelayedLine implements AutoCloseable {
  /** The time between two drawings of a line. */
  public static final Duration REFRESH = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Terminal terminal;
  private final Drawing drawing;
  private final @Nullable Thread display;

  /** Draws until it is interrupted. */
  public interface Drawing {
    /** Draws on a line, with pauses of {@link #REFRESH}. */
    void draw(BarLine line) throws InterruptedException;
  }

  /**
   * @param wanted whether the user wants such a line
   */
  public DelayedLine(Terminal terminal, boolean wanted, Drawing drawing) {
    this.terminal = terminal;
    this.drawing = drawing;
    this.display =
        wanted && terminal.draws()
            ? Thread.ofPlatform().daemon().name("progress").start(this::show)
            : null;
  }

  private void show() {
    try {
      Thread.sleep(PATIENCE);
      show(new BarLine(terminal));
    } catch (InterruptedException e) {
      // The work has ended, so the line ends too.
    }
  }

  private void show(BarLine line) throws InterruptedException {
    Thread onSignal = Thread.ofPlatform().unstarted(line::end);
    try {
      Runtime.getRuntime().addShutdownHook(onSignal);
      try {
        drawing.draw(line);
      } finally {
        line.end();
        Runtime.getRuntime().removeShutdownHook(onSignal);
      }
    } catch (IllegalStateException e) {
      // The program is being stopped, which clears the line.
    }
  }

  /** Ends the line, so that further output is not disturbed. */
  @Override
  public void close() {
    if (display != null) {
      display.interrupt();
      try {
        display.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
