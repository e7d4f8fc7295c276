package dev.pt2st.cli;

import dev.pt2st.convert.ProgressListener;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar for a copy that takes over a second, where a person looks at it. Until then
 * nothing of it is loaded.
 */
final class CopyProgress implements ProgressListener, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration REFRESH = Duration.ofMillis(100);
  private static final long UNIT = 1_000_000;

  private final Terminal terminal;
  private final String task;
  private volatile long total;
  private final LongAdder written = new LongAdder();
  private final @Nullable Thread display;

  /**
   * @param task what is shown before the bar
   * @param wanted whether the user wants to see one
   */
  CopyProgress(Terminal terminal, String task, boolean wanted) {
    this.terminal = terminal;
    this.task = task;
    this.display =
        wanted && terminal.isInteractive()
            ? Thread.ofPlatform().daemon().name("progress").start(this::show)
            : null;
  }

  @Override
  public void planned(long bytes) {
    total = bytes;
  }

  @Override
  public void written(long bytes) {
    written.add(bytes);
  }

  private void show() {
    try {
      Thread.sleep(PATIENCE);
      try (ProgressBar bar =
          new ProgressBarBuilder()
              .setTaskName(Printable.escape(task))
              .setInitialMax(total)
              .setUnit(" MB", UNIT)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .setUpdateIntervalMillis((int) REFRESH.toMillis())
              .clearDisplayOnFinish()
              .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), terminal.width() - 1))
              .build()) {
        while (!Thread.interrupted()) {
          bar.maxHint(total);
          bar.stepTo(written.sum());
          Thread.sleep(REFRESH);
        }
      }
    } catch (InterruptedException e) {
      // The copy has ended, and the bar with it.
    }
  }

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
