package dev.pt2st.migrate;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ConvertOptions;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.Unit.Action;
import dev.pt2st.migrate.Unit.Item;
import dev.pt2st.migrate.Unit.Kind;
import dev.pt2st.safetensors.SafetensorsModel;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans one directory: looks at each entry, and when all are known says what becomes of them, since
 * a model may be in several files, and two files may want one name.
 */
final class DirectoryPlanner implements AutoCloseable {
  private final Settings settings;
  private final Selection selection;
  private final Earlier earlier;
  private final MigrationPlan plan;
  private final Path realRoot;
  private final String directory;
  private final Spool<String> below;
  private final Spool<Candidate> candidates = new Spool<>(Candidate::line, Candidate::read);
  private final List<ShardedModel> models = new ArrayList<>();
  private final TargetClaims claims;
  private final SafetensorsBeside beside;
  private @Nullable TargetClaims namesWithoutText;

  /**
   * @param realRoot the source tree without links
   * @param directory the text of the directory
   * @param below takes the directories in it
   */
  DirectoryPlanner(
      Settings settings,
      Selection selection,
      Earlier earlier,
      MigrationPlan plan,
      Path realRoot,
      String directory,
      Spool<String> below)
      throws IOException {
    this.settings = settings;
    this.selection = selection;
    this.earlier = earlier;
    this.plan = plan;
    this.realRoot = realRoot;
    this.directory = directory;
    this.below = below;
    this.claims = new TargetClaims();
    this.beside = new SafetensorsBeside(settings, selection);
  }

  /** Looks at an entry of the directory. */
  void look(Path path) throws IOException {
    String text = Tree.child(directory, String.valueOf(path.getFileName()));
    try {
      look(path, text);
    } catch (InternalError e) {
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
      unreadable(text, Failures.CUT_SHORT);
    } catch (OutOfMemoryError e) {
      unreadable(text, "what it describes does not fit the heap");
    } catch (RuntimeException | StackOverflowError e) {
      // A mistake of ours with one file is no reason to leave the others.
      unreadable(text, "internal error, please report it: " + e);
    }
  }

  private void look(Path path, String text) throws IOException {
    String name = Tree.name(text);
    if (name.equals(Journal.NAME) || TemporaryFiles.ownerOf(name).isPresent()) {
      return;
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      unreadable(text, "it cannot be looked at");
      return;
    }
    if (selection.excludes(text)) {
      plan.addPassedOver(attributes.isRegularFile() ? attributes.size() : 0);
    } else if (!Tree.isText(name) && alike(path).isTwice(name)) {
      refuse(text, readsLikeAnother(path));
    } else if (attributes.isDirectory()) {
      below.add(text);
    } else if (attributes.isSymbolicLink()) {
      lookAtLink(path, text);
    } else if (attributes.isRegularFile()) {
      lookAtFile(path, item(text, attributes, ""));
    }
    // Sockets, pipes and devices are no files that could be read to their end.
  }

  /** The names of the directory that are no text, counted; only where there is one. */
  private TargetClaims alike(Path path) throws IOException {
    if (namesWithoutText == null) {
      namesWithoutText = new TargetClaims();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path.resolveSibling(""))) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (!Tree.isText(name)) {
            namesWithoutText.add(name);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return namesWithoutText;
  }

  private static String readsLikeAnother(Path path) {
    return "its name, "
        + Tree.shown(path)
        + " in percent encoding, is not UTF-8, and another name in its directory reads alike;"
        + " rename it";
  }

  private void refuse(String text, String why) throws IOException {
    addNothing(Kind.UNREADABLE, text, Action.REFUSE, why);
  }

  /** Adds a unit of which nothing comes. */
  private void addNothing(Kind kind, String text, Action action, String why) throws IOException {
    plan.add(new Unit(kind, List.of(Item.of(text, 0, 0, "")), null, action, why));
  }

  private ConvertOptions convertOptions() {
    return settings.options().convert();
  }

  private static Item item(String text, BasicFileAttributes attributes, String leadsTo) {
    return new Item(
        text,
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        "",
        leadsTo);
  }

  void unreadable(String text, String why) throws IOException {
    addNothing(Kind.UNREADABLE, text, Action.FAIL, why);
  }

  private void lookAtFile(Path path, Item item) throws IOException {
    if (isIndex(path, item)) {
      return;
    }
    String name = Tree.name(item.source());
    JournalRecord record = earlier.record(item.source());
    FileLook look;
    try {
      look =
          record != null && record.files().size() == 1 && record.files().getFirst().bytes() > 0
              ? lookAgain(path, item, record)
              : FileLook.at(path, convertOptions());
    } catch (IOException e) {
      unreadable(item.source(), why(e));
      return;
    }
    switch (look) {
      case FileLook.Checkpoint(boolean wrapped) -> {
        if (selection.includes(item.source())) {
          add(item, Tree.child(directory, TargetNames.of(name)), wrapped);
        } else {
          plan.addPassedOver(item.bytes());
        }
      }
      case FileLook.StandIn(String what) ->
          plan.add(new Unit(Kind.CHECKPOINT, List.of(item), null, Action.LEAVE_ALONE, what));
      case FileLook.Other other -> putBeside(item, Kind.SIDE_FILE);
    }
  }

  /** What was a checkpoint, and has not changed since, is one still. */
  private FileLook lookAgain(Path path, Item item, JournalRecord record) throws IOException {
    Unit unit = new Unit(Kind.CHECKPOINT, List.of(item), null, Action.CONVERT, "");
    return record.isDone() && Earlier.areUnchanged(unit, record)
        ? new FileLook.Checkpoint(false)
        : FileLook.at(path, convertOptions());
  }

  private static String why(IOException e) {
    return e instanceof AccessDeniedException ? "access is denied" : "it cannot be read";
  }

  private void add(Item item, String target, boolean wrapped) throws IOException {
    candidates.add(new Candidate(item.withTarget(target), wrapped));
    claims.add(target);
  }

  private void putBeside(Item item, Kind kind) throws IOException {
    plan.addOther(item.bytes());
    if (!settings.inPlace() && settings.options().sideFiles() != MigrateOptions.SideFiles.NONE) {
      Item named = item.withTarget(item.source());
      plan.add(new Unit(kind, List.of(named), null, Action.PUT_BESIDE, ""));
    }
  }

  private void lookAtLink(Path path, String text) throws IOException {
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException e) {
      lookAtDanglingLink(path, text);
      return;
    }
    if (!real.startsWith(realRoot)) {
      leaveLink(text, "the link leads out of the directory");
      return;
    }
    String leadsTo = new Tree(realRoot).text(real);
    if (!isOneOnly(leadsTo)) {
      refuse(text, "what it leads to has a name that reads like another's, as both are not UTF-8");
      return;
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(real, BasicFileAttributes.class);
    } catch (IOException e) {
      unreadable(text, why(e));
      return;
    }
    Item item = item(text, attributes, leadsTo);
    if (!attributes.isRegularFile()) {
      if (attributes.isDirectory()) {
        putBeside(new Item(text, 0, 0, "", leadsTo), Kind.SIDE_LINK);
      }
      return;
    }
    if (isIndex(path, item)) {
      return;
    }
    FileLook look;
    try {
      look = FileLook.at(real, convertOptions());
    } catch (IOException e) {
      unreadable(text, why(e));
      return;
    }
    if (look instanceof FileLook.Checkpoint) {
      add(item, Tree.child(directory, TargetNames.of(Tree.name(text))), false);
    } else {
      putBeside(new Item(text, 0, 0, "", leadsTo), Kind.SIDE_LINK);
    }
  }

  /** Whether a text leads to one file, and not to one of several. */
  private boolean isOneOnly(String text) {
    try {
      return Files.exists(new Tree(realRoot).path(text));
    } catch (IOException e) {
      return false;
    }
  }

  /** Where a run was stopped after it had removed an original, the links to it are still there. */
  private void lookAtDanglingLink(Path path, String text) throws IOException {
    Path to = realRoot.resolve(directory).resolve(Files.readSymbolicLink(path)).normalize();
    JournalRecord record =
        to.startsWith(realRoot) ? earlier.record(new Tree(realRoot).text(to)) : null;
    if (record == null || !record.isDone() || !earlier.areThere(record.files())) {
      leaveLink(text, "the link leads nowhere");
      return;
    }
    JournalRecord.Done done = record.files().getFirst();
    Item item = new Item(text, done.bytes(), done.modified(), "", done.source());
    add(item, Tree.child(directory, TargetNames.of(Tree.name(text))), false);
  }

  private void leaveLink(String text, String why) throws IOException {
    addNothing(Kind.LINK, text, Action.LEAVE_ALONE, why);
  }

  /** Takes a file for the index of a model in shards, if it is one. */
  private boolean isIndex(Path path, Item item) throws IOException {
    String target = TargetNames.ofIndex(Tree.name(item.source())).orElse(null);
    if (target == null) {
      return false;
    }
    Item index = item.withTarget(Tree.child(directory, target));
    try (MappedFile file = MappedFile.open(path)) {
      Map<String, String> shards = SafetensorsModel.indexOf(file);
      if (shards == null && !(FileLook.at(path, convertOptions()) instanceof FileLook.Other)) {
        return false;
      }
      models.add(
          shards == null
              ? ShardedModel.broken(index, Action.FAIL, "it is named as an index and is none")
              : ShardedModel.of(index, new TreeSet<>(shards.values())));
    } catch (CheckpointException e) {
      boolean refused = Failures.verdict(e) == Result.Verdict.REFUSED;
      models.add(ShardedModel.broken(index, refused ? Action.REFUSE : Action.FAIL, e.problem()));
    } catch (IOException e) {
      models.add(ShardedModel.broken(index, Action.FAIL, why(e)));
    }
    claims.add(index.target());
    return true;
  }

  /** Says what becomes of what was found. */
  void finish() throws IOException {
    dropArchivesWithoutModels();
    Supplier<@Nullable Candidate> each = candidates.each();
    for (Candidate found = each.get(); found != null; found = each.get()) {
      Candidate candidate = found;
      if (ShardedModel.take(candidate, models)) {
        continue;
      }
      if (!claims.isDropped(candidate.item())) {
        plan.add(planned(single(candidate)));
      }
    }
    for (ShardedModel model : models) {
      Unit unit = model.unit(settings.source(), selection);
      if (unit == null) {
        plan.addPassedOver(model.index().bytes());
      } else {
        plan.add(planned(unit));
      }
    }
  }

  /** Of two files that want one name, an archive without a model wants none. */
  private void dropArchivesWithoutModels() throws IOException {
    if (!claims.anyTwice()) {
      return;
    }
    models.forEach(model -> claims.claim(model.index()));
    Supplier<@Nullable Candidate> each = candidates.each();
    for (Candidate found = each.get(); found != null; found = each.get()) {
      Item item = found.item();
      if (!claims.isTwice(item.target())) {
        continue;
      }
      if (found.wrapped()
          && !FileLook.holdsTensors(settings.source().path(item.source()), convertOptions())) {
        claims.drop(item);
        putBeside(item, Kind.SIDE_FILE);
      } else {
        claims.claim(item);
      }
    }
  }

  private static Unit single(Candidate candidate) {
    return new Unit(
        candidate.isLink() ? Kind.LINK : Kind.CHECKPOINT,
        List.of(candidate.item()),
        null,
        Action.CONVERT,
        "");
  }

  /** With what an earlier run has made of it, and what stands against it. */
  private Unit planned(Unit unit) throws IOException {
    try {
      return decided(unit);
    } catch (FileSystemException e) {
      return unit.with(Action.FAIL, Failures.reason(e));
    } catch (InvalidPathException e) {
      return unit; // the work on it says so
    }
  }

  private Unit decided(Unit unit) throws IOException {
    JournalRecord record = earlier.record(unit.name());
    if (record != null && earlier.isDone(unit, record)) {
      return unit.with(Action.KEEP, "");
    }
    if (unit.action() != Action.CONVERT) {
      return unit;
    }
    if (record != null
        && record.verdict() == Result.Verdict.LEFT_ALONE
        && Earlier.areUnchanged(unit, record)
        && settings.inPlace()
        && holdsStill(unit, record.reason())) {
      return unit.with(Action.LEAVE_ALONE, record.reason());
    }
    Unit decided = beside.decided(unit);
    if (decided != null) {
      return decided;
    }
    for (Item item : unit.items()) {
      List<String> others = claims.othersOf(item);
      if (!others.isEmpty()) {
        return unit.with(
            Action.REFUSE,
            item.source()
                + " and "
                + String.join(", ", others)
                + " would both be "
                + item.target()
                + "; rename one, or leave it out with --exclude");
      }
    }
    return unit;
  }

  /**
   * Whether the reason for which a unit was left alone is one still: the file beside it is there.
   */
  private boolean holdsStill(Unit unit, String reason) throws IOException {
    for (Item item : unit.items()) {
      if (reason.equals(SafetensorsBeside.reason(item.target()))) {
        return Files.exists(settings.target().path(item.target()));
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    candidates.close();
    claims.close();
    if (namesWithoutText != null) {
      namesWithoutText.close();
    }
  }
}
