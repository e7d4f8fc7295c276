package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Facts that are only looked up if a decision depends on them, as each needs access to a file or
 * the journal.
 */
public interface FactsOnDemand {
  /** Whether there are tensors in a file, which is unpacked and read. */
  boolean holdsTensors(Item item) throws IOException;

  /**
   * Whether a source exists.
   *
   * @param source a text below the source tree; one that is the text of two names leads to nothing
   */
  boolean isThere(String source);

  /** Whether an earlier run has converted a unit, and neither sources nor outputs have changed. */
  boolean isDone(MigrationUnit unit) throws IOException;

  /** Whether an earlier run has copied a file unchanged, and neither file has changed since. */
  boolean isPutBeside(MigrationUnit unit) throws IOException;

  /** Why an earlier run has left a unit unchanged, if the reason still holds; else empty. */
  Optional<String> leftAlone(MigrationUnit unit) throws IOException;

  /**
   * Whether some shards of a set are missing because an earlier run was stopped while it removed
   * them. Then the converted model is complete, and the remaining shards are its originals.
   *
   * @param found the existing shards
   * @param index the target of the index
   */
  boolean isBeingRemoved(List<Item> found, String index) throws IOException;

  /** A file beside the sources of a unit that has the name of an output; empty if there is none. */
  Optional<ExistingSafetensors.Beside> beside(MigrationUnit unit) throws IOException;

  /**
   * The first target of a unit whose name the file system does not accept; empty if there is none.
   */
  Optional<UnfitName> unfitName(MigrationUnit unit) throws IOException;

  /**
   * A name that the file system does not accept.
   *
   * @param target below the target tree
   * @param reason the message of the file system
   */
  record UnfitName(String target, String reason) {}
}
