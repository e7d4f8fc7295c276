package dev.pt2st.migrate.unit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where the outputs of a migration go from its target tree, such as a store. The methods are called
 * by several threads, for a unit at a time. An exception becomes the result of its unit, which then
 * has failed.
 */
public interface Destination {
  /** The outputs stay in the target tree. */
  Destination TARGET_TREE =
      new Destination() {
        @Override
        public @Nullable UnitResult known(MigrationUnit unit) {
          return null;
        }

        @Override
        public UnitResult take(UnitResult result) {
          return result;
        }
      };

  /**
   * Looks for the outputs of a unit before any work on it.
   *
   * @return its result if its outputs are there, made of the same sources with the same options;
   *     null if it must be done
   * @throws IOException if its outputs cannot be looked for
   */
  @Nullable UnitResult known(MigrationUnit unit) throws IOException;

  /**
   * Takes the outputs of a unit. It may delete them in the target tree.
   *
   * @param result has outputs: they are complete, and compared if that was asked for
   * @return the result to report
   * @throws IOException if they cannot be taken
   */
  UnitResult take(UnitResult result) throws IOException;
}
