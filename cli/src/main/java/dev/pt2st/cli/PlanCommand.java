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
import dev.pt2st.cli.work.FileWalk;
import dev.pt2st.cli.work.PlannedFiles;
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
      Options.words(
          "PATH",
          "Files, directories, patterns, addresses (hf://org/model, s3://bucket/folder,"
              + " https://host/file), or - for a list of all these on standard input.");

  private final OptionSpec task =
      Options.choice(
          "--task",
          UnitTask.class,
          "The task for each file: scan (the default), convert, verify or checksum.");

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
          "Plan only files whose path below the directory that is named matches ('*.pt'). A * matches"
              + " slashes too. May be repeated.");

  private final OptionSpec exclude =
      Options.texts(
          "--exclude", "GLOB", "Leave out files whose path matches ('old/*'). May be repeated.");

  private final OptionSpec full =
      Options.flag("For scan: read tensor data too, as scan --full does.", "--full");

  private final OptionSpec output =
      Options.path(
          "FILE",
          "Write the units to FILE, which gets its name only when it is complete.",
          "--output");

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

  @Override
  ExitCode run() throws IOException {
    for (String word : paths.<List<String>>getValue()) {
      Options.checkNotEmpty(commandLine(), word, "PATH");
    }
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
      Planning planning = new Planning(to, inputs, files, options);
      for (String word : paths.<List<String>>getValue()) {
        planning.plan(word);
      }
      to.flush();
      if (planning.problems == 0) {
        reports.commit();
      }
      return planning.say();
    }
  }

  /** The options of the units, without those that the task does not use. */
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
    String whole =
        switch (Location.of(folder)) {
          case Location.OnDisk(Path path) -> path.toAbsolutePath().normalize().toString();
          case Location.Address address -> {
            if (chosen == UnitTask.CONVERT && !address.takesOutputs()) {
              throw usage("--out is on a disk or in S3, and " + address + " is neither");
            }
            yield address.uri();
          }
        };
    return whole.endsWith("/") ? whole : whole + "/";
  }

  private Selection selection() {
    return Selection.of(Options.textsOf(include), Options.textsOf(exclude));
  }

  /** The location and the version of a file. */
  private record Place(String uri, FileVersion version, boolean isAddress) {
    static Place of(Location.OnDisk file) throws IOException {
      // The machines that do the work have other working directories.
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

  /** Writes the lines of a plan as they are found, and the summary at the end. */
  private final class Planning {
    private final Terminal to;
    private final Inputs inputs;
    private final PlannedFiles files;
    private final UnitOptions options;

    /** The source of each output. */
    private final Map<String, String> targets = new HashMap<>();

    private long units;
    private long leftOut;
    private long problems;

    Planning(Terminal to, Inputs inputs, PlannedFiles files, UnitOptions options) {
      this.to = to;
      this.inputs = inputs;
      this.files = files;
      this.options = options;
    }

    /** Plans the files of an argument. */
    void plan(String word) throws IOException {
      if (Location.isAddress(word)) {
        planAddress((Location.Address) Location.of(word));
        return;
      }
      try (FileWalk walk =
          new FileWalk(List.of(word), inputs, System.in, Charset.defaultCharset())) {
        for (FileWalk.Found found = walk.next(); found != null; found = walk.next()) {
          if (found.problem() == null) {
            planFound(found, word);
          } else {
            tell(found.location() + ": " + found.problem());
          }
        }
      }
    }

    private void planFound(FileWalk.Found found, String word) {
      Location location = found.location();
      try {
        switch (location) {
          case Location.OnDisk file ->
              add(found.name(), location.toString().equals(word), Place.of(file));
          case Location.Address address -> add(found.name(), true, Place.of(address, inputs));
        }
      } catch (IOException e) {
        tell(location + ": " + Failure.reason(e));
      }
    }

    private void planAddress(Location.Address address) {
      try {
        List<Inputs.Listed> listed = inputs.list(address);
        if (listed.isEmpty()) {
          tell(address + ": there is no file below it");
        }
        for (Inputs.Listed file : listed) {
          boolean isNamed = file.size() < 0;
          Place place =
              isNamed
                  ? Place.of(file.address(), inputs)
                  : new Place(
                      file.address().uri(), new FileVersion(file.size(), file.version()), true);
          add(file.name(), isNamed, place);
        }
      } catch (IOException e) {
        tell(address + ": " + Failure.reason(e));
      }
    }

    private void tell(String problem) {
      problems++;
      terminal.note("pt2st: " + problem);
    }

    private void add(String name, boolean isNamed, Place place) throws IOException {
      if (!files.includes(name, isNamed)) {
        leftOut++;
        return;
      }
      String target = files.target(name);
      String other = target.isEmpty() ? null : targets.putIfAbsent(target, place.uri());
      if (other != null) {
        tell(other + " and " + place.uri() + " would both have the output " + target);
        return;
      }
      try {
        long size = place.version().size();
        WorkUnit unit =
            new WorkUnit(
                place.uri(),
                size,
                place.version().version(),
                files.task(),
                target,
                options,
                UnitWeight.of(files.task(), size, place.isAddress()));
        to.exactLine(UnitLine.of(unit));
        units++;
      } catch (IllegalArgumentException e) {
        tell(Location.of(place.uri()) + ": " + e.getMessage());
      }
    }

    ExitCode say() {
      terminal.flush();
      terminal.note(
          "pt2st: "
              + Units.count(units, "unit")
              + (leftOut == 0 ? "" : "; " + Units.count(leftOut, "file") + " left out")
              + (problems == 0
                  ? ""
                  : "; " + Units.count(problems, "name") + " could not be planned"));
      // If a plan missed a file, the report would not mention it.
      return problems > 0 || units == 0 ? ExitCode.FAILED : ExitCode.DONE;
    }
  }
}
