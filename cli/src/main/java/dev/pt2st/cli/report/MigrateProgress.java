package dev.pt2st.cli.report;

import dev.pt2st.cli.terminal.JobLines;
import dev.pt2st.cli.terminal.Printable;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.UnitResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar over the bytes of all files, and below it the current file of each job. Shown on a
 * terminal if the work takes over a second.
 */
public final class MigrateProgress implements MigrationListener, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration REFRESH = Duration.ofMillis(100);
  private static final long UNIT = 1_000_000;

  /** How many files are shown, so that the bar stays visible. */
  private static final int MOST_LINES = 8;

  private final JobLines lines;
  private final String[] underWay;
  private final LongAdder looked = new LongAdder();
  private final LongAdder done = new LongAdder();
  private final @Nullable Thread display;
  private volatile long total = -1;
  private volatile long start = System.nanoTime();
  private UnaryOperator<UnitResult> shown = UnaryOperator.identity();
  private Consumer<UnitResult> results = result -> {};
  private BiConsumer<MigrationUnit, String> stays = (unit, why) -> {};
  private Consumer<MigrationUnit> removed = unit -> {};

  /**
   * @param jobs how many files are processed at once
   */
  public MigrateProgress(Terminal terminal, int jobs) {
    this.underWay = new String[Math.min(jobs, MOST_LINES)];
    Arrays.fill(underWay, "");
    this.lines = new JobLines(terminal, this::underWay);
    this.display =
        terminal.draws() ? Thread.ofPlatform().daemon().name("progress").start(this::show) : null;
  }

  /** Counts one more file that was found. */
  public void looked() {
    looked.increment();
  }

  /** Sets the plan. */
  public void planned(MigrationPlan plan) {
    start = System.nanoTime();
    total = Math.max(1, plan.bytesToWorkOn());
  }

  /** Sets the report that receives the results. */
  public void tell(MigrateReport report) {
    results = report::add;
    stays = report::stays;
    removed = report::removed;
  }

  /** Adds a receiver for the results from now on. */
  public void tell(Consumer<UnitResult> other) {
    results = results.andThen(other);
  }

  /** Sets what is made of each result before it is reported. */
  public void showAs(UnaryOperator<UnitResult> change) {
    shown = change;
  }

  /** Prints something above the bar. */
  void print(Runnable printing) {
    lines.print(printing);
  }

  private String[] underWay() {
    synchronized (underWay) {
      return underWay.clone();
    }
  }

  @Override
  public void begins(MigrationUnit unit) {
    synchronized (underWay) {
      replace("", Printable.escape(unit.name()));
    }
  }

  @Override
  public void ends(MigrationUnit unit) {
    synchronized (underWay) {
      replace(Printable.escape(unit.name()), "");
    }
  }

  private void replace(String old, String name) {
    for (int i = 0; i < underWay.length; i++) {
      if (underWay[i].equals(old)) {
        underWay[i] = name;
        return;
      }
    }
  }

  @Override
  public void done(long bytes) {
    done.add(bytes);
  }

  @Override
  public void result(UnitResult result) {
    results.accept(shown.apply(result));
  }

  @Override
  public void stays(MigrationUnit unit, String why) {
    stays.accept(unit, why);
  }

  @Override
  public void removed(MigrationUnit unit) {
    removed.accept(unit);
  }

  private void show() {
    try {
      Thread.sleep(PATIENCE);
      while (total < 0) {
        lines.accept(looked.sum() + " files looked at");
        Thread.sleep(REFRESH);
      }
      showBar();
    } catch (InterruptedException e) {
      // The work has ended, so the bar ends too.
    }
  }

  private void showBar() throws InterruptedException {
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("migrate")
            .setInitialMax(total)
            .startsFrom(done.sum(), Duration.ofNanos(System.nanoTime() - start))
            .setUnit(" MB", UNIT)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) REFRESH.toMillis())
            .clearDisplayOnFinish()
            .setConsumer(lines)
            .build()) {
      while (!Thread.interrupted()) {
        bar.stepTo(Math.min(total, done.sum()));
        bar.setExtraMessage(rate());
        Thread.sleep(REFRESH);
      }
    } catch (IllegalStateException e) {
      // The program is being stopped, which clears the lines.
    }
  }

  private String rate() {
    double seconds = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    return Units.bytes(done.sum() / seconds) + "/s";
  }

  @Override
  public void close() {
    lines.close();
    if (display != null) {
      display.interrupt();
    }
  }
}
