package dev.pt2st.migrate.plan;

import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.TargetNames;
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
  private final PlanningContext planning;
  private final String directory;
  private final Map<ShardName, List<Item>> sets = new LinkedHashMap<>();

  /**
   * @param directory its text
   */
  ShardSets(PlanningContext planning, String directory) {
    this.planning = planning;
    this.directory = directory;
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
          && (found.size() == name.count() || !isBeingRemoved(found, target))) {
        models.add(ShardedModel.withoutIndex(name, found.getFirst(), target));
      }
    }
    return models;
  }

  /**
   * Whether some shards are missing since an earlier run was stopped while it removed them: the
   * model is there whole, and the others are outputs of which the journal knows.
   */
  private boolean isBeingRemoved(List<Item> found, String index) throws IOException {
    if (!ExistingSafetensors.isModel(planning.settings().target().path(index))) {
      return false;
    }
    for (Item item : found) {
      String source = item.leadsTo().isEmpty() ? item.source() : item.leadsTo();
      JournalRecord record = planning.earlier().recordOfSource(source);
      if (record == null || !record.isDone()) {
        return false;
      }
    }
    return true;
  }
}
