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
 * The models in shards of a directory, found by what their shards are called: a directory may have
 * thousands of both.
 */
final class ModelsByShard {
  /** Those whose index names a file, in the order in which they were found. */
  private final Map<String, List<ShardedModel>> named = new HashMap<>();

  /** Those without an index, by their first shard. */
  private final Map<ShardName, ShardedModel> sets = new HashMap<>();

  /** Those whose index cannot be read, by what stands before the number in their shards' names. */
  private final Map<String, List<ShardedModel>> broken = new HashMap<>();

  private final Set<String> indices = new HashSet<>();
  private long asked;

  /** Takes in a model. */
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

  /** Whether a model gets this index, or an index names some of these files. */
  boolean isKnown(String index, List<Item> items) {
    return indices.contains(index)
        || items.stream().anyMatch(item -> named.containsKey(PathTree.name(item.source())));
  }

  /**
   * Gives a file to the models that it is a shard of: those whose index names it or, where none
   * does, those whose index cannot be read and is named as its own would be.
   *
   * @return whether there is one
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

  /** How many models were looked at for all files: no more than have something to do with them. */
  long asked() {
    return asked;
  }
}
