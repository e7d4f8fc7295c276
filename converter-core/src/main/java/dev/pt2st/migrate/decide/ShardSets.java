package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.names.ShardName;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.recognize.FactsOnDemand;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shards of a directory whose names show that they belong to a set. If no index names them,
 * they are still a model and get an index, as {@code transformers} does not load shards without
 * one.
 */
final class ShardSets {
  private final FactsOnDemand look;
  private final String directory;
  private final Map<ShardName, List<Item>> sets = new LinkedHashMap<>();

  /**
   * @param directory the text of the directory
   */
  ShardSets(String directory, FactsOnDemand look) {
    this.directory = directory;
    this.look = look;
  }

  /** Adds a checkpoint, or a link to one. */
  void add(Item item) {
    ShardName.of(PathTree.name(item.source()))
        .ifPresent(name -> sets.computeIfAbsent(name.first(), key -> new ArrayList<>()).add(item));
  }

  /**
   * The models without an index.
   *
   * @param indexed the models that have one
   */
  List<ShardedModel> models(ModelsByShard indexed) throws IOException {
    List<ShardedModel> models = new ArrayList<>();
    for (Map.Entry<ShardName, List<Item>> set : sets.entrySet()) {
      ShardName name = set.getKey();
      List<Item> found = set.getValue();
      String target = PathTree.child(directory, TargetNames.ofIndex(name.index()).orElseThrow());
      if (!indexed.isKnown(target, found)
          && (found.size() == name.count() || !look.isBeingRemoved(found, target))) {
        models.add(ShardedModel.withoutIndex(name, found.getFirst(), target));
      }
    }
    return models;
  }
}
