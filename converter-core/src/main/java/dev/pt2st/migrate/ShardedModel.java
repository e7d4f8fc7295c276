package dev.pt2st.migrate;

import dev.pt2st.migrate.Unit.Action;
import dev.pt2st.migrate.Unit.Item;
import dev.pt2st.migrate.Unit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A model in several files while its directory is looked at. */
final class ShardedModel {
  private final Item index;
  private final Set<String> shards;
  private final String problem;
  private final List<Candidate> found = new ArrayList<>();

  /**
   * @param index with the name of the new one
   * @param shards the names of the files that it names
   * @param problem why it cannot be read; empty if it can
   */
  ShardedModel(Item index, Set<String> shards, String problem) {
    this.index = index;
    this.shards = shards;
    this.problem = problem;
  }

  Item index() {
    return index;
  }

  /** Whether a file is one of its shards; where the index cannot be read, by the name. */
  boolean takes(Candidate candidate) {
    String name = Tree.name(candidate.item().source());
    return problem.isEmpty()
        ? shards.contains(name)
        : TargetNames.isShardOf(name, Tree.name(index.source()));
  }

  void add(Candidate shard) {
    found.add(shard);
  }

  /**
   * What is to be done about it.
   *
   * @return null if none of its shards is a checkpoint: it is converted already, or something else
   */
  @Nullable Unit unit(Tree source, String directory) throws IOException {
    if (found.isEmpty() && problem.isEmpty()) {
      return null;
    }
    List<Item> items = found.stream().map(Candidate::item).toList();
    long links = found.stream().filter(Candidate::isLink).count();
    boolean linked = links == found.size() && !found.isEmpty();
    Unit unit = new Unit(linked ? Kind.LINKED_MODEL : Kind.MODEL, items, index, Action.CONVERT, "");
    if (!problem.isEmpty()) {
      return unit.with(Action.REFUSE, problem);
    }
    Set<String> missing = new TreeSet<>(shards);
    items.forEach(item -> missing.remove(Tree.name(item.source())));
    if (!missing.isEmpty()) {
      String shard = missing.iterator().next();
      boolean there = Files.exists(source.path(Tree.child(directory, shard)));
      return unit.with(
          Action.REFUSE,
          "the file "
              + shard
              + " that the index names is "
              + (there ? "no checkpoint" : "not there")
              + (missing.size() > 1 ? ", nor are " + (missing.size() - 1) + " others" : ""));
    }
    if (!linked && links > 0) {
      return unit.with(Action.REFUSE, "some of its shards are links and some are files");
    }
    return unit;
  }
}
