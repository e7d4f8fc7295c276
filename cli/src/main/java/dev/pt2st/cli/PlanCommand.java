package dev.pt2st.cli;

import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.report.ReportFiles;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.io.Input;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.units.FileVersion;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitOptions;
import dev.pt2st.units.UnitTask;
import dev.pt2st.units.UnitWeight;
import dev.pt2st.units.WorkUnit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st plan PATH...}. */
final class PlanCommand extends Command {
  private final PositionalParamSpec paths =
      PositionalParamSpec.builder()
          .index("0..*")
          .arity("1..*")
          .required(true)
          .type(List.class)
          .auxiliaryTypes(String.class)
          .paramLabel("PATH")
          .description(
              "Files, directories, patterns, addresses (hf://org/model, s3://bucket/folder,"
                  + " https://host/file), or - for a list of all these on standard input.")
          .build();

  private final OptionSpec task =
      Options.choice(
          "--task",
          UnitTask.class,
          "What is done with each file: scan (the default), convert, verify or checksum.");

  private final OptionSpec out =
      OptionSpec.builder("--out")
          .type(String.class)
          .paramLabel("DIR")
          .description(
              "For convert and verify: where the safetensors files go, or are; a directory or"
                  + " s3://bucket/folder.")
          .build();

  private final OptionSpec include =
      Options.texts(
          "--include",
          "GLOB",
          "Plan only files whose path below the directory that is named matches ('*.pt'). A * stands"
              + " for slashes too. May be repeated.");

  private final OptionSpec exclude =
      Options.texts(
          "--exclude", "GLOB", "Leave out files whose path matches ('old/*'). May be repeated.");

  private final OptionSpec full =
      Options.flag("For scan: read tensor data too, as scan --full does.", "--full");

  private final OptionSpec output =
      OptionSpec.builder("--output")
          .type(Path.class)
          .paramLabel("FILE")
          .description("Write the units to FILE, which has the name only once it is complete.")
          .build();

  private final ContentOptions content = new ContentOptions();
  private final RemoteOptions remote = new RemoteOptions();

  PlanCommand(Terminal terminal) {
    super(
        terminal,
        "plan",
        "List the work on many files as units, one a line, for machines that share it: see run and"
            + " report. Opens no file of a directory or of a store that can be listed.");
    add(paths, task, out, include, exclude, full, output);
    content.addWithoutPatternsTo(spec());
    content.addSafetyTo(spec());
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  /** Counts what is said in the end. */
  private static final class Counts {
    long units;
    long leftOut;
    long problems;
  }

  @Override
  ExitCode run() throws IOException {
    UnitTask chosen = task.getValue();
    UnitOptions options = options(chosen);
    PlannedFiles files =
        new PlannedFiles(chosen, base(chosen), selection(), !Options.textsOf(include).isEmpty());
    Bounds bounds = remote.bounds(spec());
    Path target = output.getValue();
    try (ReportFiles reports = new ReportFiles();
        Inputs inputs = new Inputs(bounds, terminal, false)) {
      Terminal to = terminal;
      if (target != null) {
        Options.checkName(commandLine(), target, "--output", "a plan appears whole or not at all");
        PrintStream stream = reports.open(target);
        to = terminal.withOut(stream);
      }
      Counts counts = plan(to, inputs, files, options);
      to.flush();
      if (counts.problems == 0) {
        reports.commit();
      }
      return say(counts);
    }
  }

  private ExitCode say(Counts counts) {
    terminal.flush();
    terminal.note(
        "pt2st: "
            + Units.count(counts.units, "unit")
            + (counts.leftOut == 0 ? "" : "; " + Units.count(counts.leftOut, "file") + " left out")
            + (counts.problems == 0
                ? ""
                : "; " + Units.count(counts.problems, "name") + " could not be planned"));
    // A plan that lacks something would end in a report that says nothing of it.
    return counts.problems > 0 || counts.units == 0 ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** What the work goes by; nothing that the task has no use for. */
  private UnitOptions options(UnitTask chosen) {
    if (chosen != UnitTask.SCAN) {
      if (Options.isSet(full)) {
        throw usage("--full goes with --task scan");
      }
      return UnitOptions.of(content.options(spec()));
    }
    List<String> shaping = ContentOptions.shaping(commandLine().getParseResult());
    if (!shaping.isEmpty()) {
      throw usage(shaping.getFirst() + " says what is taken of a checkpoint, and a scan takes all");
    }
    for (String option : List.of("--inert", "--strict", "--no-crc")) {
      if (commandLine().getParseResult().hasMatchedOption(option)) {
        throw usage(option + " goes with the other tasks: a scan accepts exact names alone");
      }
    }
    return UnitOptions.of(
        new ScanOptions(
            content.options(spec()).read(),
            Options.isSet(full) ? TensorBytes.READ : TensorBytes.SKIP));
  }

  private @Nullable String base(UnitTask chosen) {
    String folder = out.getValue();
    if (chosen.hasTarget() != (folder != null)) {
      throw usage(
          folder == null
              ? "--task " + chosen.word() + " needs --out"
              : "--out goes with --task convert and --task verify");
    }
    if (folder == null) {
      return null;
    }
    boolean isAddress = Location.isAddress(folder);
    if (isAddress && chosen == UnitTask.CONVERT && !folder.startsWith("s3://")) {
      throw usage("--out is on a disk or in S3, and " + folder + " is neither");
    }
    String whole = isAddress ? folder : Path.of(folder).toAbsolutePath().normalize().toString();
    return whole.endsWith("/") ? whole : whole + "/";
  }

  private Selection selection() {
    return Selection.of(Options.textsOf(include), Options.textsOf(exclude));
  }

  private Counts plan(Terminal to, Inputs inputs, PlannedFiles files, UnitOptions options)
      throws IOException {
    Counts counts = new Counts();
    Map<String, String> targets = new HashMap<>();
    for (String word : paths.<List<String>>getValue()) {
      if (Location.isAddress(word)) {
        planAddress(
            (Location.Address) Location.of(word),
            inputs,
            counts,
            (name, isNamed, place) ->
                add(to, files, options, targets, counts, name, isNamed, place));
        continue;
      }
      try (FileWalk walk =
          new FileWalk(List.of(word), inputs, System.in, Charset.defaultCharset())) {
        for (FileWalk.Found found = walk.next(); found != null; found = walk.next()) {
          if (found.problem() != null) {
            tell(counts, found.location() + ": " + found.problem());
            continue;
          }
          boolean isNamed =
              found.location() instanceof Location.Address
                  || found.location().toString().equals(word);
          Location location = found.location();
          try {
            add(
                to,
                files,
                options,
                targets,
                counts,
                found.name(),
                isNamed,
                location instanceof Location.OnDisk file
                    ? Place.of(file)
                    : Place.of((Location.Address) location, inputs));
          } catch (IOException e) {
            tell(counts, location + ": " + Failure.reason(e));
          }
        }
      }
    }
    return counts;
  }

  /** Where a file is, and which version of it. */
  private record Place(String uri, FileVersion version, boolean isAddress) {
    static Place of(Location.OnDisk file) throws IOException {
      // The machines that do the work have other present folders.
      Path path = file.path().toAbsolutePath().normalize();
      return new Place(path.toString(), FileVersion.of(path), false);
    }

    static Place of(Location.Address address, Inputs inputs) throws IOException {
      try (OpenInput open = inputs.open(address)) {
        Input.Ranged ranged = (Input.Ranged) open.input();
        if (!ranged.member().isEmpty()) {
          throw new IOException("a unit is a whole file, and no member of an archive");
        }
        FileVersion version = new FileVersion(ranged.source().size(), ranged.source().version());
        return new Place(address.uri(), version, true);
      }
    }
  }

  /** Takes a file of an address. */
  @FunctionalInterface
  private interface Adder {
    void add(String name, boolean isNamed, Place place) throws IOException;
  }

  private void planAddress(Location.Address address, Inputs inputs, Counts counts, Adder adder)
      throws IOException {
    try {
      List<Inputs.Listed> listed = inputs.list(address);
      if (listed.isEmpty()) {
        tell(counts, address + ": there is no file below it");
      }
      for (Inputs.Listed file : listed) {
        boolean isNamed = file.size() < 0;
        Place place =
            isNamed
                ? Place.of(file.address(), inputs)
                : new Place(
                    file.address().uri(), new FileVersion(file.size(), file.version()), true);
        adder.add(file.name(), isNamed, place);
      }
    } catch (IOException e) {
      tell(counts, address + ": " + Failure.reason(e));
    }
  }

  private void tell(Counts counts, String problem) {
    counts.problems++;
    terminal.note("pt2st: " + problem);
  }

  private void add(
      Terminal to,
      PlannedFiles files,
      UnitOptions options,
      Map<String, String> targets,
      Counts counts,
      String name,
      boolean isNamed,
      Place place)
      throws IOException {
    if (!files.includes(name, isNamed)) {
      counts.leftOut++;
      return;
    }
    String target = files.target(name);
    String other = target.isEmpty() ? null : targets.putIfAbsent(target, place.uri());
    if (other != null) {
      tell(counts, other + " and " + place.uri() + " would both have the output " + target);
      return;
    }
    try {
      UnitTask chosen = files.task();
      long weight = UnitWeight.of(chosen, place.version().size(), place.isAddress());
      WorkUnit unit =
          new WorkUnit(
              place.uri(),
              place.version().size(),
              place.version().version(),
              chosen,
              target,
              options,
              weight);
      to.exactLine(UnitLine.of(unit));
      counts.units++;
    } catch (IllegalArgumentException e) {
      tell(counts, Location.of(place.uri()) + ": " + e.getMessage());
    }
  }
}
