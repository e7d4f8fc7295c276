package dev.pt2st.cli.terminal;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The terminal's last line while a progress bar stands there. The cursor waits at its start, so
 * that what comes next, be it the {@code ^C} of the user, is written over the bar and cleared with
 * it.
 */
public final class BarLine implements ProgressBarConsumer {
  private final PrintStream err;
  private final int width;
  private boolean closed;

  public BarLine(Terminal terminal) {
    err = terminal.err();
    width = terminal.width() - 1; // a character in the last column may begin a new line
  }

  @Override
  public int getMaxRenderedLength() {
    return width;
  }

  @Override
  public synchronized void accept(String bar) {
    if (!closed) {
      write(bar);
    }
  }

  @Override
  public synchronized void clear() {
    if (!closed) {
      write("");
    }
  }

  /** Clears the line for the next bar. */
  @Override
  public synchronized void close() {
    clear();
  }

  /** Clears the line for good: what a late refresh of a bar asks for is not shown. */
  public synchronized void end() {
    clear();
    closed = true;
  }

  private void write(String text) {
    String line = Table.padded(text, width);
    err.print("\r" + line + "\r");
    err.flush();
  }
}
