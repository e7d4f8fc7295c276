package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.MalformedException;
import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.option.AttestOptions;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.RemedyText;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.work.MigrateWork;
import dev.pt2st.cli.work.RemoteMigration;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrateOptions.Comparison;
import dev.pt2st.migrate.unit.MigrateOptions.Originals;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st migrate DIR}. */
final class MigrateCommand extends Command {
  private static final String NO_PIPE =
      "a report appears whole or not at all, which a pipe cannot do";

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
    }
    MigrateWork work =
        new MigrateWork(
            terminal,
            this::settings,
            selection(),
            new MigrateWork.Display(
                Options.isSet(dryRun), Options.isSet(quiet), reportFile(), page()),
            Options.jobsOf(commandLine(), jobs));
    if (source instanceof Location.OnDisk folder && !(target instanceof Location.Address)) {
      return work.migrate(
          folder.path(), target instanceof Location.OnDisk tree ? tree.path() : folder.path());
    }
    if (target == null) {
      throw usage("nothing is written to an address: name a folder with --out");
    }
    Bounds bounds = remote.bounds(spec());
    try (Inputs inputs = new Inputs(bounds, terminal, Options.isSet(quiet))) {
      RemoteMigration migration =
          new RemoteMigration(work, inputs, sideFiles.<SideFiles>getValue(), bounds.connections());
      return switch (target) {
        case Location.OnDisk tree -> migration.migrate((Location.Address) source, tree.path());
        case Location.Address store -> migration.migrate(source, store);
      };
    }
  }

  private Selection selection() {
    return Selection.of(Options.textsOf(include), Options.textsOf(exclude));
  }

  private Optional<Path> reportFile() {
    Optional<Path> file = Optional.ofNullable(report.<Path>getValue());
    file.ifPresent(path -> Options.checkName(commandLine(), path, "--report", NO_PIPE));
    return file;
  }

  private Optional<Path> page() {
    Optional<Path> file = Optional.ofNullable(reportHtml.<Path>getValue());
    file.ifPresent(path -> Options.checkName(commandLine(), path, "--report-html", NO_PIPE));
    if (file.isPresent() && file.equals(Optional.ofNullable(report.<Path>getValue()))) {
      throw usage("--report and --report-html name the same file");
    }
    return file;
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
    if (!address.takesOutputs()) {
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
        Options.isSet(fsync) ? Durability.SYNCED : Durability.WRITTEN,
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
