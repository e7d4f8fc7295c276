package dev.pt2st.migrate.unit;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a migration will do, as plain data: units in the order of their names, directory by
 * directory. Units are stored outside of the heap. The plan can be read until its migration is
 * closed.
 */
public interface MigrationPlan {

  /**
   * The number of units, their files and bytes.
   *
   * @param units the number of units
   * @param files the number of files in them
   * @param bytes the size of these files in bytes
   */
  record Count(long units, long files, long bytes) {
    /** Nothing. */
    public static final Count NONE = new Count(0, 0, 0);

    /** Both. */
    public Count plus(Count more) {
      return new Count(units + more.units, files + more.files, bytes + more.bytes);
    }
  }

  /**
   * Supplies the units that do not depend on others, one by one; null at the end.
   *
   * @throws IOException if the plan cannot be read back
   */
  Supplier<@Nullable MigrationUnit> files() throws IOException;

  /**
   * Supplies the links, which come after all files that they may lead to; null at the end.
   *
   * @throws IOException if the plan cannot be read back
   */
  Supplier<@Nullable MigrationUnit> links() throws IOException;

  /**
   * Counts the units with an action. The bytes of links are not counted, as they are those of their
   * files.
   */
  Count count(MigrationUnit.Action action);

  /** The files that are neither checkpoints nor in a unit. */
  Count others();

  /** The files that the user's patterns exclude. */
  Count passedOver();

  /** The number of checkpoints that will be converted or that earlier runs have converted. */
  long checkpoints();

  /** The bytes of a unit that are read to be converted, compared or copied. */
  long bytesToWorkOn(MigrationUnit unit);

  /**
   * The bytes that are read to be converted, compared or copied. A {@link MigrationListener}
   * receives exactly as many, whatever the results are.
   */
  long bytesToWorkOn();

  /**
   * An estimate of the bytes that will be written: the size of the sources. A checkpoint has little
   * beside its tensors, and what is left out is only known when it has been read.
   */
  long bytesToWrite();
}
