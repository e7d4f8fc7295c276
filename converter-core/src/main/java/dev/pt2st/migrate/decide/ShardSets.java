package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.names.ShardName;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.recognize.CloserLook;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shards of a directory whose names say that they are some of several. Where no index names
 * them they are a model all the same, and get one: {@code transformers} loads no shards without.
 */
final class ShardSets {
  private final CloserLook look;
  private final String directory;
  private final Map<ShardName, List<Item>> sets = new LinkedHashMap<>();

  /**
   * @param directory its text
   */
  ShardSets(String directory, CloserLook look) {
    this.directory = directory;
    this.look = look;
  }

  /** Takes in a checkpoint, or a link to one. */
  void add(Item item) {
    ShardName.of(PathTree.name(item.source()))
        .ifPresent(name -> sets.computeIfAbsent(name.first(), key -> new ArrayList<>()).add(item));
  }

  /**
   * The models without an index.
   *
   * @param indexed those that have one
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
