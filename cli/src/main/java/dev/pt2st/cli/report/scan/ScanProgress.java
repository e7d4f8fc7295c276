package dev.pt2st.cli.report.scan;

import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.BarLine;
import dev.pt2st.cli.terminal.DelayedLine;
import dev.pt2st.cli.terminal.Printable;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.ScanListener;
import java.util.concurrent.atomic.LongAdder;

/**
 * A progress line for a scan, shown on a terminal if it takes over a second. There is no bar, as
 * the number of files is known only at the end.
 */
public final class ScanProgress implements ScanListener, DelayedLine.Drawing, AutoCloseable {
  private final LongAdder files = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final DelayedLine display;
  private volatile String latest = "";

  /**
   * @param wanted whether nothing else is printed meanwhile
   */
  public ScanProgress(Terminal terminal, boolean wanted) {
    this.display = new DelayedLine(terminal, wanted, this);
  }

  @Override
  public void begins(ResourceName file, long size) {
    latest = file.text();
  }

  @Override
  public void looked(ResourceName file, long count) {
    bytes.add(count);
  }

  @Override
  public void ends(FileReport report) {
    files.increment();
    if (!report.verdict().isGood()) {
      bad.increment();
    }
  }

  /** The text of a line of this width. */
  String line(int width) {
    long found = bad.sum();
    String start =
        Units.count(files.sum(), "file")
            + " scanned, "
            + Units.bytes((double) bytes.sum())
            + (found > 0 ? ", " + found + " not safe" : "")
            + ": ";
    int room = Math.max(1, width - start.length());
    return Table.cut(start + Table.cut(Printable.escape(latest), room), width);
  }

  @Override
  public void draw(BarLine line) throws InterruptedException {
    while (true) {
      line.accept(line(line.getMaxRenderedLength()));
      Thread.sleep(DelayedLine.REFRESH);
    }
  }

  /** Ends the line, so that further output is not disturbed. */
  @Override
  public void close() {
    display.close();
  }
}
