package dev.pt2st.migrate.decide;

import dev.pt2st.RemedyWording;
import dev.pt2st.migrate.recognize.FactsOnDemand;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sharded models of a directory, with and without an index, and the files of each. */
final class ShardedModels {
  private final List<ShardedModel> models = new ArrayList<>();
  private final ModelsByShard byShard = new ModelsByShard();
  private final UnreadIndices unread;
  private final ShardSets sets;

  /**
   * @param directory the text of the directory
   * @param wording words the remedies in reasons
   */
  ShardedModels(String directory, FactsOnDemand look, RemedyWording wording) {
    this.unread = new UnreadIndices(wording);
    this.sets = new ShardSets(directory, look);
  }

  /** All models, in the order in which they were added. */
  List<ShardedModel> all() {
    return models;
  }

  void add(ShardedModel model) {
    models.add(model);
    byShard.add(model);
  }

  /**
   * Adds a model whose index is not followed.
   *
   * @param namesAll whether the index names all shards of the model
   */
  void addBroken(ShardedModel model, boolean namesAll) {
    add(model);
    if (!namesAll) {
      unread.add(PathTree.name(model.index().source()));
    }
  }

  /** Adds a checkpoint that may be a shard. */
  void addCandidate(Item item) {
    sets.add(item);
  }

  /** Adds the models without an index; must be called when all entries are known. */
  void addSetsWithoutIndex() throws IOException {
    for (ShardedModel model : sets.models(byShard)) {
      if (whyNoModelOfItsOwn(PathTree.name(model.claim().source())) == null) {
        add(model);
      }
    }
  }

  /** Adds a file to the models that it is a shard of; returns whether there is one. */
  boolean take(Item item) {
    return byShard.take(item);
  }

  /** The reason if an unreadable index may name a file; null if none may. */
  @Nullable String whyNoModelOfItsOwn(String file) {
    return unread.whyNot(file);
  }
}
