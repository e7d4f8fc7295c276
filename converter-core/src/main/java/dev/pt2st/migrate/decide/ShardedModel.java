package dev.pt2st.migrate.decide;

import dev.pt2st.Remedy;
import dev.pt2st.RemedyWording;
import dev.pt2st.migrate.names.ShardName;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.recognize.FactsOnDemand;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A model in several files, while its directory is examined. */
final class ShardedModel {
  private final Item index;
  private final Set<String> shards;
  private final @Nullable ShardName set;
  private final Item claim;
  private final Action action;
  private final String problem;
  private final List<Item> found = new ArrayList<>();

  /** Another index that names one of its shards, {@code shared}; null if there is none. */
  private @Nullable String other;

  private @Nullable String shared;

  private ShardedModel(
      Item index,
      Set<String> shards,
      @Nullable ShardName set,
      Item claim,
      Action action,
      String problem) {
    this.index = index;
    this.shards = shards;
    this.set = set;
    this.claim = claim;
    this.action = action;
    this.problem = problem;
  }

  /**
   * A model whose index has been read.
   *
   * @param index the index, with the path of the new index
   * @param shards the names of the files in the index
   */
  static ShardedModel of(Item index, Set<String> shards) {
    return new ShardedModel(index, shards, null, index, Action.CONVERT, "");
  }

  /**
   * A model whose index cannot be read, or must not be followed.
   *
   * @param action refuse or fail
   * @param problem the reason
   * @param shards the names of the files in the index, as far as it can be read
   */
  static ShardedModel broken(Item index, Action action, String problem, Set<String> shards) {
    return new ShardedModel(index, shards, null, index, action, problem);
  }

  /**
   * A model that has no index, and gets one.
   *
   * @param first the first of its shards, which may be missing
   * @param found the first shard that exists
   * @param target the path of the new index
   */
  static ShardedModel withoutIndex(ShardName first, Item found, String target) {
    return new ShardedModel(
        Item.made(target), Set.of(), first, found.withTarget(target), Action.CONVERT, "");
  }

  Item index() {
    return index;
  }

  /** The source that claims the name of the index: the old index, or a shard if there is none. */
  Item claim() {
    return claim;
  }

  /** The files that its index names. */
  Set<String> shards() {
    return shards;
  }

  /** The first of its shards, if it has no index. */
  @Nullable ShardName set() {
    return set;
  }

  /**
   * Adds a file to all models that it is a shard of. A file should be a shard of only one model.
   */
  static void give(Item item, List<ShardedModel> takers) {
    for (ShardedModel model : takers) {
      model.found.add(item);
      for (ShardedModel also : takers) {
        if (also != model && model.other == null) {
          model.other = PathTree.name(also.index.source());
          model.shared = PathTree.name(item.source());
        }
      }
    }
  }

  /** Whether a file has the name of one of its shards, although its index does not name it. */
  boolean mayOwn(String shard) {
    return isBroken() && TargetNames.isShardOf(shard, PathTree.name(index.source()));
  }

  boolean isBroken() {
    return action != Action.CONVERT;
  }

  /**
   * Decides what is done with it.
   *
   * @return null if the user's patterns exclude all of its shards
   */
  @Nullable MigrationUnit unit(FactsOnDemand look, Selection selection, RemedyWording wording) {
    long links = found.stream().filter(item -> !item.leadsTo().isEmpty()).count();
    boolean linked = links == found.size() && !found.isEmpty();
    MigrationUnit unit =
        new MigrationUnit(linked ? Kind.LINKED_MODEL : Kind.MODEL, found, index, action, problem);
    if (isBroken()) {
      return unit;
    }
    Set<String> all = set == null ? shards : set.all();
    if (all.isEmpty()) {
      return unit.with(Action.LEAVE_ALONE, "it names no file");
    }
    Set<String> missing = new TreeSet<>(all);
    found.forEach(item -> missing.remove(PathTree.name(item.source())));
    List<String> passedOver =
        those(missing, name -> selection.excludes(text(name)) || !selection.includes(text(name)));
    if (passedOver.size() == all.size()) {
      return null;
    }
    if (!passedOver.isEmpty()) {
      return unit.with(
          Action.LEAVE_ALONE, named(passedOver) + "left out by the include or exclude patterns");
    }
    List<String> gone = those(missing, name -> !look.isThere(text(name)));
    if (!gone.isEmpty()) {
      return unit.with(Action.REFUSE, named(gone) + "not there");
    }
    if (found.isEmpty()) {
      return unit.with(Action.LEAVE_ALONE, "none of the files that it names is a checkpoint");
    }
    if (!missing.isEmpty()) {
      return unit.with(
          Action.REFUSE,
          named(List.copyOf(missing))
              + (missing.size() == 1 ? "not a checkpoint" : "not checkpoints"));
    }
    if (other != null) {
      return unit.with(
          Action.REFUSE,
          other
              + " names "
              + shared
              + " too; "
              + wording.of(new Remedy.LeaveOut("leave one of both out")));
    }
    return linked || links == 0
        ? unit
        : unit.with(Action.REFUSE, "some of its shards are links and some are files");
  }

  private String text(String shard) {
    return PathTree.child(PathTree.parent(claim.source()), shard);
  }

  private static List<String> those(Set<String> names, Predicate<String> which) {
    return names.stream().filter(which).toList();
  }

  /** Begins a sentence about some of its shards. */
  private String named(List<String> names) {
    int others = names.size() - 1;
    return (set == null ? "the file " : "the shard ")
        + names.getFirst()
        + (set == null ? " that the index names" : " of the same model")
        + (others == 0
            ? " is "
            : " and " + others + (others == 1 ? " other" : " others") + " are ");
  }
}
