package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.MalformedException;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.input.FetchHistory;
import dev.pt2st.cli.input.FetchPlan;
import dev.pt2st.cli.input.FetchedFolder;
import dev.pt2st.cli.input.FolderReading;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.option.AttestOptions;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.FetchReport;
import dev.pt2st.cli.report.MigrateProgress;
import dev.pt2st.cli.report.MigrateReport;
import dev.pt2st.cli.report.RemedyText;
import dev.pt2st.cli.report.StopNote;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.work.StoredOutputs;
import dev.pt2st.cli.work.UploadIdentity;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.Migration;
import dev.pt2st.migrate.unit.Destination;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrateOptions.Comparison;
import dev.pt2st.migrate.unit.MigrateOptions.Originals;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st migrate DIR}. */
final class MigrateCommand extends Command {
  private final PositionalParamSpec directory =
      Options.input(
          "0",
          "DIR",
          "The directory: everything below it is looked at. Or an address, such as hf://org/model,"
              + " with --out: the files that are needed are fetched first.");

  private final OptionSpec out =
      Options.location(
          "OUT",
          "Write into a tree of the same shape below OUT, a folder or s3://BUCKET/PREFIX. Without"
              + " it, each output is written beside its checkpoint.",
          "-o",
          "--out");

  private final OptionSpec sideFiles =
      Options.choice(
          "--side-files",
          SideFiles.class,
          "With --out, what to do with all other files: copy them (the default), link to them, or"
              + " neither.");

  private final OptionSpec include =
      Options.texts(
          "--include",
          "GLOB",
          "Convert only checkpoints whose path below DIR matches ('*.bin'). In a Hugging Face cache"
              + " that is the path of the blob ('*models--org--name/*'). May be repeated.");

  private final OptionSpec exclude =
      Options.texts("--exclude", "GLOB", "Leave out what matches ('old/*'). May be repeated.");

  private final OptionSpec removeOriginals =
      Options.flag(
          "Remove each checkpoint once its output has been compared with it and is on the disk. It stays"
              + " if it holds more than its output: other tensors, values, a program, other files.",
          "--remove-originals");

  private final OptionSpec noVerify =
      Options.flag("Do not compare each output with its checkpoint.", "--no-verify");

  private final OptionSpec fsync =
      Options.flag("Make each output durable on the disk before it counts as done.", "--fsync");

  private final OptionSpec attest =
      Options.flag(
          "Write a statement beside each output of what it was made from, with .intoto.json after"
              + " its name. An output that an earlier run made without one is made again.",
          "--attest");

  private final AttestOptions statement = new AttestOptions(attest);

  private final OptionSpec jobs = Options.jobs();

  private final OptionSpec dryRun =
      Options.flag("Only print what would be done; write nothing.", "--dry-run");

  private final OptionSpec report =
      Options.path("FILE", "Write the result for each file to FILE, as JSON.", "--report");

  private final OptionSpec reportHtml =
      Options.path("FILE", "Write the same to FILE, as a page for people.", "--report-html");

  private final OptionSpec journal =
      Options.path(
          "FILE",
          "Keep in FILE what has been done, and not in a hidden file of the output folder. Other"
              + " runs in the same folder are then not seen.",
          "--journal");

  private final OptionSpec quiet =
      Options.flag("Print only what was refused or failed.", "-q", "--quiet");

  private final ContentOptions content = new ContentOptions();

  private final RemoteOptions remote = new RemoteOptions();

  MigrateCommand(Terminal terminal) {
    super(
        terminal,
        "migrate",
        "Convert every checkpoint below a directory, whatever its name. It may be stopped at any"
            + " time: the same command continues.");
    add(directory, out, sideFiles, include, exclude, removeOriginals, noVerify, fsync);
    statement.addTo(spec());
    add(jobs, dryRun, report, reportHtml, journal, quiet);
    content.addWithoutPatternsTo(spec());
    content.addSafetyTo(spec());
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  @Override
  String whyUnmatched(List<String> words) {
    return words.size() == 1 && out.getValue() == null
        ? "migrate takes one directory; did you mean --out "
            + ShellWord.file(words.getFirst())
            + "?"
        : "migrate takes one directory; run it for each";
  }

  @Override
  ExitCode run() throws CheckpointException, IOException {
    checkOptions();
    Location source = directory.getValue();
    if (source instanceof Location.Address && Options.isSet(dryRun) && report.getValue() != null) {
      throw usage("the plan for an address is printed; --report is for what has become of files");
    }
    Location target = out.getValue();
    if (source instanceof Location.OnDisk folder) {
      checkDirectory(folder.path());
      if (!(target instanceof Location.Address)) {
        Path root = target instanceof Location.OnDisk there ? there.path() : folder.path();
        return migrate(new Work(folder.name(), settings(folder.path(), root)));
      }
    }
    if (target == null) {
      throw usage("nothing is written to an address: name a folder with --out");
    }
    try (Inputs inputs = new Inputs(remote.bounds(spec()), terminal, Options.isSet(quiet))) {
      return switch (target) {
        case Location.OnDisk folder -> {
          checkTarget(folder.path());
          yield migrate(inputs, (Location.Address) source, folder.path(), null);
        }
        case Location.Address store -> migrateTo(inputs, source, store);
      };
    }
  }

  /** Makes the outputs in a private folder of this disk, and sends each to a store. */
  private ExitCode migrateTo(Inputs inputs, Location source, Location.Address store)
      throws CheckpointException, IOException {
    Path made = ScratchFolder.TEMPORARY.directory().resolve("migration");
    try (FetchedFolder folder = FetchedFolder.beside(made, store)) {
      return switch (source) {
        case Location.Address address -> migrate(inputs, address, folder.root(), store);
        case Location.OnDisk(Path path) ->
            migrate(
                new Work(source.name(), settings(path, folder.root()))
                    .to(store, inputs, selection(), List.of()));
      };
    }
  }

  /**
   * What is migrated, and where to.
   *
   * @param source its name in reports
   * @param target the name there of where the outputs go
   * @param done the units already done, whose sources are not in the directory
   * @param noted is given every result
   * @param destination takes the outputs; null if they stay in the target tree
   */
  private record Work(
      ResourceName source,
      ResourceName target,
      MigrationSettings settings,
      List<UnitResult> done,
      Consumer<UnitResult> noted,
      @Nullable PlannedDestination destination) {
    Work(ResourceName source, MigrationSettings settings) {
      this(
          source,
          ResourceName.of(settings.target().root()),
          settings,
          List.of(),
          result -> {},
          null);
    }

    Work to(Location.Address store, Inputs inputs, Selection selection, List<Inputs.Listed> listed)
        throws IOException {
      UploadIdentity.OfUnit identity = UploadIdentity.ofUnits(source, settings, listed);
      return new Work(
          source,
          store.name(),
          settings,
          done,
          noted,
          plan -> new StoredOutputs(inputs, store, settings, selection, plan, identity, listed));
    }
  }

  /** Makes the destination of a plan. */
  @FunctionalInterface
  private interface PlannedDestination {
    StoredOutputs of(MigrationPlan plan) throws IOException;
  }

  private Selection selection() {
    return Selection.of(Options.textsOf(include), Options.textsOf(exclude));
  }

  /**
   * Migrates an address.
   *
   * @param target the folder of the outputs
   * @param store where they go from there; null if they stay
   */
  private ExitCode migrate(
      Inputs inputs, Location.Address address, Path target, Location.@Nullable Address store)
      throws CheckpointException, IOException {
    List<Inputs.Listed> listed = inputs.listAll(address);
    FetchPlan all = FetchPlan.of(listed, selection(), sideFiles.<SideFiles>getValue());
    FetchHistory history = FetchHistory.of(target, address, options());
    FetchPlan plan = all.without(history.done(all.files()));
    FetchReport report = new FetchReport(terminal, plan);
    if (Options.isSet(dryRun)) {
      report.printAll(address);
      return ExitCode.DONE;
    }
    if (!Options.isSet(quiet)) {
      report.printTotals(address);
    }
    Path beside = store == null ? target : ScratchFolder.TEMPORARY.directory().resolve("fetched");
    try (FetchedFolder fetched = FetchedFolder.resumable(beside, address)) {
      fetched.checkRoom(plan.bytes(), FolderReading.Parts.CONVERT);
      try {
        fetched.fetch(inputs, plan.files(), remote.bounds(spec()).connections());
      } catch (IOException e) {
        fetched.tellKept(terminal, address);
        throw e;
      }
      Consumer<UnitResult> noted = result -> note(history, result, listed);
      MigrationSettings settings = settings(fetched.root(), target);
      Work work =
          new Work(address.name(), ResourceName.of(target), settings, plan.done(), noted, null);
      ExitCode code = migrate(store == null ? work : work.to(store, inputs, selection(), listed));
      if (!TemporaryFiles.isStopping()) {
        fetched.setDone();
      }
      return code;
    }
  }

  private static void note(FetchHistory history, UnitResult result, List<Inputs.Listed> listed) {
    try {
      history.add(result, listed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Migrates a directory. */
  private ExitCode migrate(Work task) throws IOException {
    MigrationSettings settings = task.settings();
    int threads = Options.jobsOf(commandLine(), jobs);
    checkTarget(settings.target().root());
    boolean dry = Options.isSet(dryRun);
    Path kept = Migration.journalOf(settings);
    boolean isFirst = !dry && task.destination() == null && !Files.exists(kept);
    try (Migration migration = dry ? Migration.forPreview(settings) : Migration.open(settings);
        MigrateProgress progress = new MigrateProgress(terminal, threads);
        MigrateReport results = report(task, progress)) {
      int removed = dry ? 0 : migration.removeStale(reportFolder());
      results.begin(removed, isFirst ? kept : null);
      MigrationPlan plan = migration.plan(selection(), path -> progress.looked());
      results.planned(plan);
      progress.planned(plan);
      progress.tell(results);
      task.done().forEach(progress::result);
      progress.tell(task.noted());
      PlannedDestination destination = task.destination();
      return run(
          migration, threads, progress, results, destination == null ? null : destination.of(plan));
    }
  }

  private ExitCode run(
      Migration migration,
      int threads,
      MigrateProgress progress,
      MigrateReport results,
      @Nullable StoredOutputs store)
      throws IOException {
    if (Options.isSet(dryRun)) {
      if (store != null) {
        progress.showAs(store::previewed);
      }
      migration.preview(threads, progress);
    } else {
      StopNote note = new StopNote(migration, progress, results);
      try (note) {
        migration.run(threads, progress, store == null ? Destination.TARGET_TREE : store);
      }
      if (TemporaryFiles.isStopping()) {
        return ExitCode.FAILED; // the signal ends the process, which was already reported
      }
    }
    progress.close();
    return results.end();
  }

  private MigrateReport report(Work task, MigrateProgress progress) throws IOException {
    Optional<Path> file = Optional.ofNullable(report.<Path>getValue());
    if (file.isPresent()) {
      Options.checkName(
          commandLine(),
          file.get(),
          "--report",
          "a report appears whole or not at all, which a pipe cannot do");
    }
    return new MigrateReport(
        terminal,
        progress,
        task.source(),
        task.target(),
        task.settings(),
        Options.isSet(dryRun),
        Options.isSet(quiet),
        file,
        page());
  }

  private Optional<Path> page() {
    Optional<Path> file = Optional.ofNullable(reportHtml.<Path>getValue());
    file.ifPresent(path ->
        Options.checkName(
            commandLine(),
            path,
            "--report-html",
            "a report appears whole or not at all, which a pipe cannot do"));
    if (file.isPresent() && file.equals(Optional.ofNullable(report.<Path>getValue()))) {
      throw usage("--report and --report-html name the same file");
    }
    return file;
  }

  /**
   * The folders of the reports, in which a run that was killed while renaming a report may have
   * left a file.
   */
  private Path[] reportFolder() {
    return Stream.of(report, reportHtml)
        .map(option -> option.<Path>getValue())
        .filter(Objects::nonNull)
        .map(file -> file.toAbsolutePath().getParent())
        .filter(Objects::nonNull)
        .distinct()
        .toArray(Path[]::new);
  }

  private static void checkDirectory(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a file, not a directory; convert it with pt2st convert");
    }
  }

  private static void checkTarget(Path path) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a file, and --out needs a directory, there or not yet");
    }
  }

  private void checkOptions() {
    Location source = directory.getValue();
    if (source instanceof Location.OnDisk(Path folder)) {
      Options.checkName(commandLine(), folder, "DIR", "a directory is walked more than once");
    } else if (Options.isSet(removeOriginals) || sideFiles.getValue() == SideFiles.LINK) {
      throw usage(
          "with an address no original is removed, and no link can lead to a fetched file: leave out"
              + " --remove-originals and --side-files link");
    }
    Location target = out.getValue();
    if (target == null && commandLine().getParseResult().hasMatchedOption(sideFiles)) {
      throw usage("--side-files says what goes into another tree: name one with --out");
    }
    if (target instanceof Location.OnDisk(Path folder)) {
      Options.checkName(commandLine(), folder, "--out", "it is a directory");
    } else if (target instanceof Location.Address address) {
      checkStore(address);
    }
    if (Options.isSet(removeOriginals) && Options.isSet(noVerify)) {
      throw usage("--remove-originals removes only what was compared, and --no-verify does not");
    }
    statement.check(commandLine(), Options.isSet(attest));
    Path kept = journal.getValue();
    if (kept != null) {
      Options.checkName(commandLine(), kept, "--journal", "a journal is read and written");
    }
  }

  private void checkStore(Location.Address address) {
    if (!address.scheme().equals("s3")) {
      throw usage("--out is on this disk or in S3, and " + address + " is neither");
    }
    boolean isLinked = sideFiles.getValue() == SideFiles.LINK;
    if (Options.isSet(removeOriginals)
        || isLinked
        || Options.isSet(fsync)
        || journal.getValue() != null) {
      throw usage(
          "with outputs in S3 no original is removed, a link cannot be made, and the objects"
              + " themselves are the journal: leave out --remove-originals, --side-files link,"
              + " --fsync and --journal");
    }
  }

  private MigrateOptions options() throws MalformedException, IOException {
    return new MigrateOptions(
        content.options(spec()),
        shaping(),
        Options.isSet(noVerify) ? Comparison.NONE : Comparison.EVERY_ELEMENT,
        Durability.of(Options.isSet(fsync)),
        Options.isSet(removeOriginals) ? Originals.REMOVE : Originals.KEEP,
        sideFiles.<SideFiles>getValue(),
        Options.isSet(attest) ? statement.attestation() : null);
  }

  /** The options with which an earlier run must have made an output for it to count as done. */
  private List<String> shaping() {
    List<String> given = new ArrayList<>(ContentOptions.shaping(commandLine().getParseResult()));
    if (Options.isSet(attest)) {
      given.addAll(statement.given());
    }
    return given;
  }

  private MigrationSettings settings(Path source, Path target)
      throws MalformedException, IOException {
    MigrationSettings settings =
        new MigrationSettings(
            new PathTree(source), new PathTree(target), options(), RemedyText::onOneLine);
    Path kept = journal.getValue();
    return kept == null ? settings : settings.withJournal(kept);
  }
}
