package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Facts that are looked for only if a decision depends on them, as each costs a look at a file or
 * at the journal.
 */
public interface CloserLook {
  /** Whether there are tensors in a file, which is unpacked and read for it. */
  boolean holdsTensors(Item item) throws IOException;

  /**
   * Whether anything is there.
   *
   * @param source a text below the source tree; one that stands for two names leads to nothing
   */
  boolean isThere(String source);

  /** Whether an earlier run has converted a unit, and neither sources nor outputs have changed. */
  boolean isDone(MigrationUnit unit) throws IOException;

  /** Whether an earlier run has copied a file as it is, and neither file has changed. */
  boolean isPutBeside(MigrationUnit unit) throws IOException;

  /** Why an earlier run has left a unit alone, if that holds still; empty if it did not. */
  Optional<String> leftAlone(MigrationUnit unit) throws IOException;

  /**
   * Whether some shards of a set are missing since an earlier run was stopped while it removed
   * them: the model is there whole, and the others are originals that it has converted.
   *
   * @param found the shards that are there
   * @param index the target of the index
   */
  boolean isBeingRemoved(List<Item> found, String index) throws IOException;

  /** What stands beside the sources of a unit under the names of its outputs; empty if nothing. */
  Optional<ExistingSafetensors.Beside> beside(MigrationUnit unit) throws IOException;

  /** The first target of a unit that the file system would not take; empty if there is none. */
  Optional<UnfitName> unfitName(MigrationUnit unit) throws IOException;

  /**
   * A name that the file system does not take.
   *
   * @param target below the target tree
   * @param reason as the file system says it
   */
  record UnfitName(String target, String reason) {}
}
