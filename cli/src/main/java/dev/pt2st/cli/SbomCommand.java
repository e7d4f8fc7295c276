package dev.pt2st.cli;

import dev.pt2st.ReadOptions;
import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.option.BaseOption;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.PolicyOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.ReportFiles;
import dev.pt2st.cli.report.sbom.BomWriter;
import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.cli.report.scan.ScanRun;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.cli.work.ModelWalk;
import dev.pt2st.cli.work.SbomWork;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.work.OrderedTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st sbom PATH...}. */
final class SbomCommand extends Command {
  private final PositionalParamSpec paths =
      Options.words(
          "PATH",
          "Files, directories (every model in them), or patterns such as 'models/**.pt', of this"
              + " disk.");

  private final OptionSpec output =
      Options.path(
          "FILE",
          "Write the bill to FILE, which gets its name only when it is complete.",
          "--output");

  private final OptionSpec jobs = Options.jobs();

  private final BaseOption base =
      new BaseOption(
          "The directory to which names of models are relative. Default: the current one.");

  private final PolicyOptions policy = new PolicyOptions();

  SbomCommand(Terminal terminal) {
    super(
        terminal,
        "sbom",
        "Write a bill of materials of models: CycloneDX 1.6, in JSON. Each model has its digest,"
            + " format, dtypes, licence, globals and the verdict of a scan. Nothing in it is run.");
    add(paths, output, jobs, base.spec());
    policy.addListsTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  /** The totals of a bill of materials, counted as its components are added. */
  private static final class Tally {
    private long components;
    private long notListed;
    private long notWhole;
    private boolean isUnreadable;
  }

  @Override
  ExitCode run() throws IOException {
    List<String> words = paths.getValue();
    int threads = Options.jobsOf(commandLine(), jobs);
    ReportBase names = base.value(spec());
    Instant time = time();
    Path target = output.getValue();
    check(words, target);
    // The network is never used, since addresses are refused before.
    try (ReportFiles files = new ReportFiles();
        Inputs inputs = new Inputs(new Bounds(0, 0, 1, true), terminal, true);
        ModelWalk walk = new ModelWalk(words, inputs)) {
      Terminal to = target == null ? terminal : terminal.withOut(files.open(target));
      ReadOptions options = policy.readOptions(spec());
      FileScanner scanner = new FileScanner(new ScanOptions(options, TensorBytes.SKIP));
      SbomWork work = new SbomWork(scanner, options, names);
      BomWriter bom = new BomWriter(to.outWriter(), time);
      Tally tally = new Tally();
      OrderedTasks.run(threads, walk::next, work::on, result -> add(result, bom, tally));
      bom.end(tally.notListed);
      if (tally.components > 0) {
        files.commit();
      }
      return say(tally, target);
    }
  }

  private Instant time() {
    try {
      return ScanRun.time(terminal.environment(), InstantSource.system());
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private void check(List<String> words, @Nullable Path target) throws IOException {
    for (String word : words) {
      Options.checkNotEmpty(commandLine(), word, "PATH");
      if (word.equals("-")) {
        throw usage("sbom reads no list of paths; name files or directories");
      }
      if (Location.isAddress(word)) {
        throw usage(
            "a bill has the digest of every byte, so sbom takes only files of this disk; download "
                + Location.of(word).name().text());
      }
    }
    if (target == null) {
      return;
    }
    Options.checkName(commandLine(), target, "--output", "a bill appears whole or not at all");
    for (String word : words) {
      if (isSame(word, target)) {
        throw usage("--output would replace " + word + ", which is read; name another file");
      }
    }
  }

  private static boolean isSame(String word, Path target) throws IOException {
    try {
      Path path = Path.of(word);
      return Files.isRegularFile(path) && Files.exists(target) && Files.isSameFile(path, target);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void add(SbomWork.Result result, BomWriter bom, Tally tally) {
    String problem = result.found().problem();
    if (problem != null) {
      tally.isUnreadable = true;
      terminal.note("pt2st: " + result.found().model() + ": " + problem);
      return;
    }
    if (result.component() == null) {
      tally.notListed++;
      return;
    }
    tally.components++;
    tally.isUnreadable |= result.component().files().stream().anyMatch(f -> f.sha256() == null);
    tally.notWhole += result.isWhole() ? 0 : 1;
    try {
      bom.add(result.component());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ExitCode say(Tally tally, @Nullable Path target) {
    terminal.flush();
    if (target != null) {
      terminal.line(
          Units.count(tally.components, "component")
              + "; "
              + Units.count(tally.notListed, "other file"));
    }
    if (tally.notWhole > 0) {
      terminal.note(
          "pt2st: "
              + Units.count(tally.notWhole, "component")
              + " could not be read whole; the property pt2st:problem says why");
    }
    if (tally.components == 0) {
      terminal.note("pt2st: there is no model among the files named");
      return ExitCode.FAILED;
    }
    return tally.isUnreadable ? ExitCode.FAILED : ExitCode.DONE;
  }
}
