package dev.pt2st.cli.report;

import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.BarLine;
import dev.pt2st.cli.terminal.DelayedLine;
import dev.pt2st.cli.terminal.Printable;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.convert.ProgressListener;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar for unpacking and copying, shown on a terminal if the work takes over a second.
 * Its code is not loaded before that.
 */
public final class CopyProgress implements ProgressListener, DelayedLine.Drawing, AutoCloseable {
  private static final long UNIT = 1_000_000;

  /** The width, in columns, from which the rate is shown next to the bar. */
  private static final int WIDE = 72;

  private final Terminal terminal;
  private final String task;
  private volatile String doing;
  private volatile long total;
  private volatile long start = System.nanoTime();
  private final LongAdder written = new LongAdder();
  private final DelayedLine display;

  /**
   * @param task the text before the bar
   * @param wanted whether the user wants a bar
   */
  public CopyProgress(Terminal terminal, String task, boolean wanted) {
    this.terminal = terminal;
    this.task = task;
    this.doing = task;
    this.display = new DelayedLine(terminal, wanted, this);
  }

  @Override
  public void unpacking(ResourceName input, long bytes) {
    begin("unpacking " + input.fileName(), bytes);
  }

  @Override
  public void unpacked(long bytes) {
    written.add(bytes);
  }

  @Override
  public void planned(long bytes) {
    begin(task, bytes);
  }

  private void begin(String what, long bytes) {
    doing = what;
    start = System.nanoTime();
    total = bytes;
    written.reset(); // after unpacking, and again when the same bytes are read back
  }

  @Override
  public void written(long bytes) {
    written.add(bytes);
  }

  @Override
  public void draw(BarLine line) throws InterruptedException {
    while (true) {
      showStage(line);
    }
  }

  /** Shows one stage of the work, up to the start of the next. */
  private void showStage(BarLine line) throws InterruptedException {
    long shown = start;
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(Table.cut(Printable.escape(doing), terminal.width() / 3))
            .setInitialMax(total)
            .startsFrom(written.sum(), Duration.ofNanos(System.nanoTime() - shown))
            .setUnit(" MB", UNIT)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) DelayedLine.REFRESH.toMillis())
            .clearDisplayOnFinish()
            .setConsumer(line)
            .build()) {
      while (shown == start) {
        bar.maxHint(total);
        bar.stepTo(written.sum());
        bar.setExtraMessage(terminal.width() < WIDE ? "" : rate());
        Thread.sleep(DelayedLine.REFRESH);
      }
    }
  }

  private String rate() {
    double seconds = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    return Units.bytes(written.sum() / seconds) + "/s";
  }

  @Override
  public void close() {
    display.close();
  }
}
