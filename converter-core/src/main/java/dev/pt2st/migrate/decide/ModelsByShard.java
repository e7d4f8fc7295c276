package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.names.ShardName;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the sharded models of a directory by the names of their shards: a directory may have
 * thousands of both.
 */
final class ModelsByShard {
  /** The models whose index names a file, in the order in which they were found. */
  private final Map<String, List<ShardedModel>> named = new HashMap<>();

  /** The models without an index, by their first shard. */
  private final Map<ShardName, ShardedModel> sets = new HashMap<>();

  /**
   * The models whose index cannot be read, by the part before the number in their shards' names.
   */
  private final Map<String, List<ShardedModel>> broken = new HashMap<>();

  private final Set<String> indices = new HashSet<>();
  private long asked;

  /** Adds a model. */
  void add(ShardedModel model) {
    indices.add(model.index().target());
    for (String shard : model.shards()) {
      named.computeIfAbsent(shard, key -> new ArrayList<>(1)).add(model);
    }
    ShardName set = model.set();
    if (set != null) {
      sets.put(set, model);
    }
    if (model.isBroken()) {
      TargetNames.stemOfIndex(PathTree.name(model.index().source()))
          .ifPresent(stem -> broken.computeIfAbsent(stem, key -> new ArrayList<>(1)).add(model));
    }
  }

  /** Whether a model gets this index, or an index names one of these files. */
  boolean isKnown(String index, List<Item> items) {
    return indices.contains(index)
        || items.stream().anyMatch(item -> named.containsKey(PathTree.name(item.source())));
  }

  /**
   * Adds a file to the models that it is a shard of. These are the models whose index names it. If
   * there are none, they are those whose index cannot be read but has the name that this file's
   * index would have.
   *
   * @return whether there is such a model
   */
  boolean take(Item item) {
    String name = PathTree.name(item.source());
    List<ShardedModel> takers = new ArrayList<>(named.getOrDefault(name, List.of()));
    Optional<ShardedModel> ofSet = ShardName.of(name).map(ShardName::first).map(sets::get);
    ofSet.ifPresent(takers::add);
    if (takers.isEmpty()) {
      addBroken(name, takers);
    }
    asked += takers.size();
    ShardedModel.give(item, takers);
    return !takers.isEmpty();
  }

  private void addBroken(String name, List<ShardedModel> takers) {
    if (broken.isEmpty()) {
      return;
    }
    for (int end = 1; end < name.length(); end++) {
      for (ShardedModel model : broken.getOrDefault(name.substring(0, end), List.of())) {
        asked++;
        if (model.mayOwn(name)) {
          takers.add(model);
        }
      }
    }
  }

  /** How many models were looked at in total; only models that a file may belong to are. */
  long asked() {
    return asked;
  }
}
