package dev.pt2st.cli.report;

import dev.pt2st.ResourceName;
import dev.pt2st.cli.report.html.MigrateHtml;
import dev.pt2st.cli.terminal.Colour;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The report of a migration: a line for each noteworthy unit, a table at the end, and on request
 * files in JSON and HTML.
 */
public final class MigrateReport implements AutoCloseable {
  private static final int VERDICT_WIDTH = 13;
  private static final String INDENT = "    ";

  private final Terminal terminal;
  private final MigrateProgress progress;
  private final MigrationSettings settings;
  private final boolean dry;
  private final boolean quiet;
  private final @Nullable MigrateJson json;
  private final @Nullable MigrateHtml html;
  private final Map<Verdict, Count> counts =
      Collections.synchronizedMap(new EnumMap<>(Verdict.class));
  private final long start = System.nanoTime();
  private long units;
  private long others;
  private long passedOver;
  private final LongAdder removedUnits = new LongAdder();
  private final LongAdder removedBytes = new LongAdder();

  /**
   * The totals for one verdict.
   *
   * @param units the number of units
   * @param bytes bytes of their sources
   * @param written bytes of their outputs
   */
  record Count(long units, long bytes, long written) {
    static final Count NONE = new Count(0, 0, 0);
  }

  /**
   * @param source the directory's name in the report
   * @param target the name there of where the outputs go
   * @param dry whether nothing is written
   * @param quiet whether only what was refused or failed is printed
   * @param file the target of the JSON report
   * @param page the target of the HTML report
   */
  public MigrateReport(
      Terminal terminal,
      MigrateProgress progress,
      ResourceName source,
      ResourceName target,
      MigrationSettings settings,
      boolean dry,
      boolean quiet,
      Optional<Path> file,
      Optional<Path> page)
      throws IOException {
    this.terminal = terminal;
    this.progress = progress;
    this.settings = settings;
    this.dry = dry;
    this.quiet = quiet;
    this.json = file.isPresent() ? new MigrateJson(file.get(), source, target, dry) : null;
    this.html = page.isPresent() ? new MigrateHtml(page.get(), source, target, dry) : null;
  }

  /**
   * Reports what earlier runs have left.
   *
   * @param removed the number of half-written files that were deleted
   * @param journal the journal, if it is new; else null
   */
  public void begin(int removed, @Nullable Path journal) {
    if (journal != null && !quiet) {
      print("journal: " + journal + "; after a stop the same command goes on with it");
    }
    if (removed > 0 && !quiet) {
      print("removed " + Units.count(removed, "half-written file") + " of a run that was killed");
    }
  }

  /** Reports the plan. */
  public void planned(MigrationPlan plan) throws IOException {
    units = plan.checkpoints();
    others = plan.others().files();
    passedOver = plan.passedOver().files();
    if (settings.isTargetWithinSource() && !quiet) {
      print(
          settings.target().root()
              + " is within the directory: it takes the outputs, and what is in it is passed over");
    }
    long needed = plan.bytesToWrite();
    if (!dry && !quiet && needed > freeBytes()) {
      print(space("up to about " + Units.bytes((double) needed)) + ", which may be too little");
    }
  }

  private String space(String needed) throws IOException {
    return "space: "
        + needed
        + " will be written, "
        + Units.bytes((double) freeBytes())
        + " are free";
  }

  private long freeBytes() throws IOException {
    Path there = settings.target().root().toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.getFileStore(there).getUsableSpace();
  }

  /** Adds the result of a unit. */
  void add(UnitResult result) {
    Count count = counts.getOrDefault(result.verdict(), Count.NONE);
    counts.put(
        result.verdict(),
        new Count(
            count.units + 1,
            count.bytes + result.unit().bytes(),
            count.written + result.writtenBytes()));
    write(file -> file.add(result));
    addToPage(result);
    if (isWorthALine(result)) {
      String verdict = Table.padded(shown(result.verdict()), VERDICT_WIDTH);
      String rest = line(result);
      progress.print(() -> {
        terminal.line(verdict, colour(result.verdict()), rest);
        terminal.flush();
      });
      result.notes().forEach(note -> print(INDENT + note));
    }
  }

  private void addToPage(UnitResult result) {
    if (html == null) {
      return;
    }
    try {
      html.add(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reports why the sources of a finished unit still exist. */
  void stays(MigrationUnit unit, String why) {
    write(file -> file.addKept(unit, why));
    if (!quiet) {
      print(unit.name() + ": " + why);
    }
  }

  /** Counts a unit whose sources were removed; called by several threads. */
  void removed(MigrationUnit unit) {
    removedUnits.increment();
    removedBytes.add(unit.bytes());
  }

  /** An entry of the JSON report. */
  @FunctionalInterface
  private interface Entry {
    void write(MigrateJson file) throws IOException;
  }

  private void write(Entry entry) {
    if (json == null) {
      return;
    }
    try {
      entry.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isWorthALine(UnitResult result) {
    return switch (result.verdict()) {
      case REFUSED, FAILED -> true;
      case LEFT_ALONE -> !quiet;
      case CONVERTED, LINKED -> !quiet;
      case ALREADY_THERE -> !quiet && !result.notes().isEmpty();
      case PUT_BESIDE -> false;
    };
  }

  private String line(UnitResult result) {
    MigrationUnit unit = result.unit();
    String start = "  " + unit.name();
    if (!result.reason().isEmpty()) {
      return start + ": " + result.reason();
    }
    if (result.written().isEmpty()) {
      return start;
    }
    String target = start + " → " + result.written().getLast().target();
    return dry && result.verdict() != Verdict.LINKED
        ? target + " (" + Units.bytes((double) result.writtenBytes()) + ")"
        : target;
  }

  private static Colour colour(Verdict verdict) {
    return switch (verdict) {
      case CONVERTED, LINKED -> Colour.GOOD;
      case ALREADY_THERE, PUT_BESIDE, LEFT_ALONE -> Colour.FAINT;
      case REFUSED, FAILED -> Colour.BAD;
    };
  }

  private String shown(Verdict verdict) {
    return dry && verdict == Verdict.CONVERTED
        ? "to convert"
        : dry && verdict == Verdict.LINKED ? "to link" : verdict.shown();
  }

  private void print(String line) {
    progress.print(() -> {
      terminal.line(line);
      terminal.flush();
    });
  }

  /**
   * Prints the table.
   *
   * @return the exit code
   */
  public ExitCode end() throws IOException {
    ExitCode code =
        count(Verdict.REFUSED).units > 0
            ? ExitCode.REFUSED
            : count(Verdict.FAILED).units > 0 ? ExitCode.FAILED : ExitCode.DONE;
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    if (json != null) {
      Count removed = new Count(removedUnits.sum(), removedBytes.sum(), 0);
      json.end(counts, removed, others, passedOver, elapsed, code);
    }
    if (html != null) {
      html.end(elapsed, code);
    }
    if (dry && !quiet) {
      long needed = count(Verdict.CONVERTED).written + sideFileBytes();
      String line = space(Units.bytes((double) needed));
      terminal.line(needed > freeBytes() ? line + ", which is too little" : line);
    }
    if (!quiet) {
      table().lines(terminal.tableWidth()).forEach(terminal::line);
      terminal.line(summary(elapsed));
    }
    return code;
  }

  private Table table() {
    Table table = new Table(Table.Column.TEXT, Table.Column.NUMBER, Table.Column.NUMBER);
    table.add("", "number", "bytes");
    for (Verdict verdict : Verdict.values()) {
      Count count = count(verdict);
      boolean rare = verdict == Verdict.LINKED || verdict == Verdict.PUT_BESIDE;
      if (count.units > 0 || !rare) {
        table.add(shown(verdict), String.valueOf(count.units), Units.bytes((double) count.bytes));
      }
    }
    if (settings.options().removesOriginals() && !dry) {
      table.add(
          "originals removed",
          String.valueOf(removedUnits.sum()),
          Units.bytes((double) removedBytes.sum()));
    }
    if (others > 0) {
      table.add("no checkpoint", String.valueOf(others), "");
    }
    if (passedOver > 0) {
      table.add("passed over", String.valueOf(passedOver), "");
    }
    return table;
  }

  private String summary(Duration elapsed) {
    Count converted = count(Verdict.CONVERTED);
    double seconds = Math.max(1e-3, elapsed.toNanos() / 1e9);
    return Units.bytes((double) converted.bytes)
        + (dry ? " to convert, looked at in " : " converted in ")
        + Units.seconds(elapsed)
        + " ("
        + Units.bytes(converted.bytes / seconds)
        + "/s)";
  }

  /** The bytes of copied side files; links take almost no space. */
  private long sideFileBytes() {
    return settings.options().sideFiles() == SideFiles.COPY ? count(Verdict.PUT_BESIDE).bytes : 0;
  }

  private Count count(Verdict verdict) {
    return counts.getOrDefault(verdict, Count.NONE);
  }

  /** Explains how to continue after a signal has stopped the work. */
  void stopped() {
    long done = count(Verdict.CONVERTED).units + count(Verdict.ALREADY_THERE).units;
    terminal.note(
        "pt2st: stopped; of "
            + Units.count(units, "checkpoint")
            + " at least "
            + done
            + (done == 1 ? " is" : " are")
            + " done; the same command goes on with the rest");
    terminal.flush();
  }

  @Override
  public void close() throws IOException {
    try (html) {
      if (json != null) {
        json.close();
      }
    }
  }
}
