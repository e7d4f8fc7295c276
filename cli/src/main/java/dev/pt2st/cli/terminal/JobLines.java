package dev.pt2st.cli.terminal;

import java.io.PrintStream;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The terminal's last lines while they show a progress bar with a line for each job below it. The
 * cursor waits at the start of the bar, so that other output overwrites it.
 */
public final class JobLines implements ProgressBarConsumer {
  private static final String CLEAR_TO_END = "\u001b[J";

  private final PrintStream err;
  private final Supplier<String[]> jobs;
  private final int width;
  private boolean shown;
  private boolean closed;

  /**
   * @param jobs gives the printable text of each job's line; empty for a job without one
   */
  public JobLines(Terminal terminal, Supplier<String[]> jobs) {
    err = terminal.err();
    this.jobs = jobs;
    width = terminal.width() - 1; // a character in the last column may begin a new line
  }

  @Override
  public int getMaxRenderedLength() {
    return width;
  }

  @Override
  public synchronized void accept(String bar) {
    if (closed) {
      return;
    }
    StringBuilder text = new StringBuilder("\r").append(Table.padded(bar, width));
    int below = 0;
    for (String job : jobs.get()) {
      String line = job.isEmpty() ? "" : "  " + Table.cut(job, width - 2);
      text.append('\n').append(Table.padded(line, width));
      below++;
    }
    text.append("\r\u001b[").append(below).append('A');
    err.print(text);
    err.flush();
    shown = true;
  }

  /** Prints something above the lines. */
  public synchronized void print(Runnable printing) {
    clear();
    printing.run();
  }

  @Override
  public synchronized void clear() {
    if (shown) {
      err.print("\r" + CLEAR_TO_END);
      err.flush();
      shown = false;
    }
  }

  /** Clears the lines for good: a late refresh of the bar is not shown. */
  @Override
  public synchronized void close() {
    clear();
    closed = true;
  }
}
