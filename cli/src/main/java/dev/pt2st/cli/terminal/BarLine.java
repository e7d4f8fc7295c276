package dev.pt2st.cli.terminal;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The terminal's last line while it shows a progress bar. The cursor waits at its start, so that
 * any other output, such as the user's {@code ^C}, overwrites the bar and is cleared with it.
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

  /** Clears the line for good: a late refresh of a bar is not shown. */
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
