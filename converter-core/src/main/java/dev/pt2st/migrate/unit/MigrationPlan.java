package dev.pt2st.migrate.unit;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a migration is going to do, as plain data: units in the order of their names, directory by
 * directory. However many there are, they take no heap. It can be read until its migration is
 * closed.
 */
public interface MigrationPlan {

  /**
   * How many files there are, and their bytes.
   *
   * @param units of the plan
   * @param files in them
   * @param bytes of these files
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
   * The units that do not need others to be done first, one by one; null at the end.
   *
   * @throws IOException if the plan cannot be read back
   */
  Supplier<@Nullable MigrationUnit> files() throws IOException;

  /**
   * The links, which come behind all files that they may lead to; null at the end.
   *
   * @throws IOException if the plan cannot be read back
   */
  Supplier<@Nullable MigrationUnit> links() throws IOException;

  /** The units with an action. The bytes of a link are those of its file, and not counted. */
  Count count(MigrationUnit.Action action);

  /** The files that are no checkpoints and in no unit. */
  Count others();

  /** The files that a pattern of the user's passes over. */
  Count passedOver();

  /** The checkpoints that are to be converted, or that earlier runs have converted. */
  long checkpoints();

  /** The bytes of a unit that are read, be it to be converted, compared or copied. */
  long bytesToWorkOn(MigrationUnit unit);

  /**
   * The bytes that are read, be they to be converted, compared or copied: so many a {@link
   * MigrationListener} hears of, however it ends.
   */
  long bytesToWorkOn();

  /**
   * About the bytes that will be written: those of the sources, as what a checkpoint holds beside
   * its tensors is little, and what is left out is known only when it has been read.
   */
  long bytesToWrite();
}
