package dev.pt2st.cli.terminal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A line that is drawn again and again, by a thread of its own, for work that takes over a second,
 * where a person looks at it. It is cleared when the work or the program ends.
 */
public final class DelayedLine implements AutoCloseable {
  /** Between two drawings of a line. */
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
   * @param wanted whether the user wants to see one
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
      // The work has ended, and the line with it.
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
      // The program is being stopped, and the line cleared with it.
    }
  }

  /** Ends the line; what is printed from now on has the terminal for itself. */
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
