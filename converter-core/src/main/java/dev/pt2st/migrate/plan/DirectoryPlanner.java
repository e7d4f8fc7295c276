package dev.pt2st.migrate.plan;

import dev.pt2st.CheckpointException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.SpillingQueue;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.content.IndexNames;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.TargetNames;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.safetensors.SafetensorsModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans one directory: looks at each entry, and when all are known says what becomes of them, since
 * a model may be in several files, and two files may want one name.
 */
final class DirectoryPlanner implements AutoCloseable {
  private final PlanningContext planning;
  private final String directory;
  private final SpillingQueue<String> below;
  private final SpillingQueue<Candidate> candidates =
      new SpillingQueue<>(Candidate::line, Candidate::read);
  private final List<ShardedModel> models = new ArrayList<>();
  private final ModelsByShard modelsByShard = new ModelsByShard();
  private final ShardSets shardSets;
  private final TargetClaims claims;
  private final UnitDecision decision;
  private final UnconvertedLinks leftLinks;
  private final UnreadIndices unread;
  private final UndecodableNames namesAlike = new UndecodableNames();

  /**
   * @param directory the text of the directory
   * @param below takes the directories in it
   */
  DirectoryPlanner(PlanningContext planning, String directory, SpillingQueue<String> below)
      throws IOException {
    this.planning = planning;
    this.directory = directory;
    this.below = below;
    this.unread = new UnreadIndices(planning.settings().wording());
    this.claims = new TargetClaims();
    this.shardSets = new ShardSets(planning, directory);
    this.decision = new UnitDecision(planning, claims);
    this.leftLinks = new UnconvertedLinks(planning);
  }

  /** Looks at an entry of the directory. */
  void look(Path path) throws IOException {
    String text = PathTree.child(directory, String.valueOf(path.getFileName()));
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
    String name = PathTree.name(text);
    if (name.equals(Journal.NAME) || TemporaryFiles.ownerOf(name).isPresent()) {
      return;
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      unreadable(text, "it cannot be looked at");
      planning.plan().addUnreadableFolder(directory);
      return;
    }
    if (planning.selection().excludes(text)) {
      planning.plan().addPassedOver(attributes.isRegularFile() ? attributes.size() : 0);
      leave(path, text, attributes, UnconvertedLinks.PASSED_OVER);
    } else if (namesAlike.hasAnother(path)) {
      addNothing(Kind.UNREADABLE, text, Action.REFUSE, UndecodableNames.reason(path));
      leave(path, text, attributes, UnconvertedLinks.NOT_HANDLED);
    } else if (attributes.isDirectory()) {
      below.add(text);
    } else if (attributes.isSymbolicLink()) {
      lookAtLink(path, text);
    } else if (attributes.isRegularFile()) {
      lookAtFile(path, SourceFile.item(text, attributes, ""));
    }
    // Sockets, pipes and devices are no files that could be read to their end.
  }

  /** Takes in the links of what nothing is done about. */
  private void leave(Path path, String text, BasicFileAttributes attributes, String why)
      throws IOException {
    if (attributes.isDirectory()) {
      leftLinks.addBelow(path, text, why);
    } else if (attributes.isSymbolicLink()) {
      leftLinks.add(path, text, why);
    }
  }

  /** Adds a unit of which nothing comes. */
  private void addNothing(Kind kind, String text, Action action, String why) throws IOException {
    planning
        .plan()
        .add(new MigrationUnit(kind, List.of(Item.of(text, 0, 0, "")), null, action, why));
  }

  void unreadable(String text, String why) throws IOException {
    addNothing(Kind.UNREADABLE, text, Action.FAIL, why);
  }

  private void lookAtFile(Path path, Item item) throws IOException {
    if (isIndex(path, item)) {
      return;
    }
    String name = PathTree.name(item.source());
    JournalRecord record = planning.earlier().record(item.source());
    FileKind look;
    try {
      look =
          record != null && record.files().size() == 1 && record.files().getFirst().bytes() > 0
              ? lookAgain(path, item, record)
              : FileKind.at(path, planning.convertOptions());
    } catch (IOException e) {
      unreadable(item.source(), Failures.unreadable(e));
      return;
    }
    planning.looks().add(item.source(), look);
    switch (look) {
      case FileKind.Checkpoint(boolean wrapped) -> {
        if (planning.selection().includes(item.source())) {
          add(item, PathTree.child(directory, TargetNames.of(name)), wrapped);
        } else {
          planning.plan().addPassedOver(item.bytes());
        }
      }
      case FileKind.StandIn(String what) ->
          planning
              .plan()
              .add(
                  new MigrationUnit(
                      Kind.CHECKPOINT, List.of(item), null, Action.LEAVE_ALONE, what));
      case FileKind.Other other -> putBeside(item, Kind.SIDE_FILE);
    }
  }

  /** What was a checkpoint, and has not changed since, is one still. */
  private FileKind lookAgain(Path path, Item item, JournalRecord record) throws IOException {
    MigrationUnit unit =
        new MigrationUnit(Kind.CHECKPOINT, List.of(item), null, Action.CONVERT, "");
    return record.isDone() && RunHistory.areUnchanged(unit, record)
        ? new FileKind.Checkpoint(false)
        : FileKind.at(path, planning.convertOptions());
  }

  private void add(Item item, String target, boolean wrapped) throws IOException {
    candidates.add(new Candidate(item.withTarget(target), wrapped));
    claims.add(target);
    shardSets.add(item);
  }

  private void putBeside(Item item, Kind kind) throws IOException {
    planning.plan().addOther(item.bytes());
    if (!planning.settings().inPlace()
        && planning.settings().options().sideFiles() != MigrateOptions.SideFiles.NONE) {
      Item named = item.withTarget(item.source());
      MigrationUnit unit = new MigrationUnit(kind, List.of(named), null, Action.PUT_BESIDE, "");
      planning.plan().add(decision.ofSideFile(unit));
    }
  }

  private void lookAtLink(Path path, String text) throws IOException {
    switch (LinkTarget.of(planning, path, text)) {
      case LinkTarget.OfFile(Item item, Path file) -> lookAtLink(path, item, file);
      case LinkTarget.OfDirectory(Item item) -> putBeside(item, Kind.SIDE_LINK);
      case LinkTarget.OfRemoved removed -> addRemoved(removed);
      case LinkTarget.Nowhere(Action action, String why) -> {
        addNothing(action == Action.LEAVE_ALONE ? Kind.LINK : Kind.UNREADABLE, text, action, why);
        leftLinks.add(path, text, UnconvertedLinks.NOT_HANDLED);
      }
      case LinkTarget.OfOther other -> {
        // Nothing that could be converted.
      }
    }
  }

  private void lookAtLink(Path path, Item item, Path file) throws IOException {
    if (isIndex(path, item)) {
      return;
    }
    String text = item.source();
    boolean checkpoint;
    try {
      checkpoint = planning.looks().isCheckpoint(file, item.leadsTo());
    } catch (IOException e) {
      unreadable(text, Failures.unreadable(e));
      leftLinks.add(path, text, UnconvertedLinks.NOT_HANDLED);
      return;
    }
    if (checkpoint) {
      add(item, PathTree.child(directory, TargetNames.of(PathTree.name(text))), false);
    } else {
      putBeside(new Item(text, 0, 0, "", item.leadsTo()), Kind.SIDE_LINK);
      leftLinks.add(path, text, UnconvertedLinks.NOT_HANDLED);
    }
  }

  private void addRemoved(LinkTarget.OfRemoved removed) throws IOException {
    Item item = removed.item();
    String name = PathTree.name(item.source());
    String index = TargetNames.ofIndex(name).orElse(null);
    if (!removed.isIndex()) {
      add(item, PathTree.child(directory, TargetNames.of(name)), false);
    } else if (index != null) {
      Set<String> shards = new TreeSet<>();
      removed.record().files().forEach(done -> shards.add(PathTree.name(done.source())));
      shards.remove(PathTree.name(item.leadsTo()));
      add(ShardedModel.of(item.withTarget(PathTree.child(directory, index)), shards));
    }
  }

  private void add(ShardedModel model) throws IOException {
    models.add(model);
    modelsByShard.add(model);
    claims.add(model.index().target());
  }

  /** Takes a file for the index of a model in shards, if it is one. */
  private boolean isIndex(Path path, Item item) throws IOException {
    String target = TargetNames.ofIndex(PathTree.name(item.source())).orElse(null);
    if (target == null) {
      return false;
    }
    Item index = item.withTarget(PathTree.child(directory, target));
    try (MappedFile file = MappedFile.open(path)) {
      Map<String, String> shards = SafetensorsModel.indexOf(file);
      if (shards == null
          && !(FileKind.at(path, planning.convertOptions()) instanceof FileKind.Other)) {
        return false;
      }
      add(
          shards == null
              ? broken(path, index, Action.FAIL, "it is named as an index and is none")
              : ShardedModel.of(index, new TreeSet<>(shards.values())));
    } catch (CheckpointException e) {
      boolean refused = Failures.verdict(e) == UnitResult.Verdict.REFUSED;
      add(broken(path, index, refused ? Action.REFUSE : Action.FAIL, e.problem()));
    } catch (IOException e) {
      add(broken(path, index, Action.FAIL, Failures.unreadable(e)));
    }
    return true;
  }

  /** A model whose index is not followed: none of the files that it names is one of its own. */
  private ShardedModel broken(Path path, Item index, Action action, String problem)
      throws IOException {
    IndexNames names = IndexNames.of(path);
    for (String name : names.files()) {
      keep(path, name, index);
    }
    if (!names.areAll()) {
      unread.add(PathTree.name(index.source()));
    }
    return ShardedModel.broken(index, action, problem, names.files());
  }

  /** Keeps a file that an index names, wherever in the tree it is, and what it leads to. */
  private void keep(Path path, String name, Item index) throws IOException {
    Path root = planning.settings().source().root();
    Path named;
    Path real;
    try {
      named = path.resolveSibling(name);
      real = named.toRealPath();
    } catch (IOException | InvalidPathException e) {
      return; // it is not there
    }
    if (named.normalize().startsWith(root)) {
      planning.plan().keep(new PathTree(root).text(named.normalize()), index.source());
    }
    if (real.startsWith(planning.realRoot())) {
      planning.plan().keep(new PathTree(planning.realRoot()).text(real), index.source());
    }
  }

  /** Says what becomes of what was found. */
  void finish() throws IOException {
    for (ShardedModel model : shardSets.models(modelsByShard)) {
      if (unread.whyNot(PathTree.name(model.claim().source())) == null) {
        add(model);
      }
    }
    dropArchivesWithoutModels();
    Supplier<@Nullable Candidate> each = candidates.each();
    for (Candidate found = each.get(); found != null; found = each.get()) {
      Candidate candidate = found;
      if (modelsByShard.take(candidate)) {
        continue;
      }
      if (!claims.isDropped(candidate.item())) {
        String why = unread.whyNot(PathTree.name(candidate.item().source()));
        MigrationUnit unit = single(candidate);
        planning.plan().add(why == null ? decision.of(unit) : unit.with(Action.LEAVE_ALONE, why));
      }
    }
    for (ShardedModel model : models) {
      MigrationUnit unit = model.unit(planning.settings(), planning.selection());
      if (unit == null) {
        planning.plan().addPassedOver(model.index().bytes());
        leaveIndex(model.index());
      } else {
        MigrationUnit decided = decision.of(unit);
        planning.plan().add(decided);
        keepLinked(decided);
      }
    }
  }

  /** Keeps what the shards of a model of links lead to, if it is not converted. */
  private void keepLinked(MigrationUnit unit) throws IOException {
    if (unit.index() == null || (unit.action() != Action.REFUSE && unit.action() != Action.FAIL)) {
      return;
    }
    for (Item item : unit.files()) {
      if (!item.leadsTo().isEmpty()) {
        planning.plan().keep(item.leadsTo(), unit.name());
      }
    }
  }

  private void leaveIndex(Item index) throws IOException {
    if (!index.leadsTo().isEmpty()) {
      String text = index.source();
      leftLinks.add(planning.settings().source().path(text), text, UnconvertedLinks.PASSED_OVER);
    }
  }

  /** Of two files that want one name, an archive without a model wants none. */
  private void dropArchivesWithoutModels() throws IOException {
    if (!claims.anyTwice()) {
      return;
    }
    models.forEach(model -> claims.claim(model.claim()));
    Supplier<@Nullable Candidate> each = candidates.each();
    for (Candidate found = each.get(); found != null; found = each.get()) {
      Item item = found.item();
      if (!claims.isTwice(item.target())) {
        continue;
      }
      if (found.wrapped()
          && !FileKind.holdsTensors(
              planning.settings().source().path(item.source()), planning.convertOptions())) {
        claims.drop(item);
        putBeside(item, Kind.SIDE_FILE);
      } else {
        claims.claim(item);
      }
    }
  }

  private static MigrationUnit single(Candidate candidate) {
    return new MigrationUnit(
        candidate.isLink() ? Kind.LINK : Kind.CHECKPOINT,
        List.of(candidate.item()),
        null,
        Action.CONVERT,
        "");
  }

  @Override
  public void close() throws IOException {
    try (candidates;
        claims;
        namesAlike) {
      // Each is closed, whatever becomes of the others.
    }
  }
}
