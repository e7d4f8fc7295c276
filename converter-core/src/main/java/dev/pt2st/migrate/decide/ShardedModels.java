package dev.pt2st.migrate.decide;

import dev.pt2st.RemedyWording;
import dev.pt2st.migrate.recognize.CloserLook;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The models in shards of a directory, with an index and without, and which file is of which. */
final class ShardedModels {
  private final List<ShardedModel> models = new ArrayList<>();
  private final ModelsByShard byShard = new ModelsByShard();
  private final UnreadIndices unread;
  private final ShardSets sets;

  /**
   * @param directory its text
   * @param wording of what can be done, in reasons
   */
  ShardedModels(String directory, CloserLook look, RemedyWording wording) {
    this.unread = new UnreadIndices(wording);
    this.sets = new ShardSets(directory, look);
  }

  /** In the order in which they were added. */
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
   * @param namesAll whether that names all its shards
   */
  void addBroken(ShardedModel model, boolean namesAll) {
    add(model);
    if (!namesAll) {
      unread.add(PathTree.name(model.index().source()));
    }
  }

  /** Takes in a checkpoint that may be a shard. */
  void addCandidate(Item item) {
    sets.add(item);
  }

  /** Adds the models that no index names; to be done when all entries are known. */
  void addSetsWithoutIndex() throws IOException {
    for (ShardedModel model : sets.models(byShard)) {
      if (whyNoModelOfItsOwn(PathTree.name(model.claim().source())) == null) {
        add(model);
      }
    }
  }

  /** Gives a file to the models that it is a shard of; says whether there is one. */
  boolean take(Item item) {
    return byShard.take(item);
  }

  /** The reason, if a file may be named by an index that cannot be read; null if by none. */
  @Nullable String whyNoModelOfItsOwn(String file) {
    return unread.whyNot(file);
  }
}
