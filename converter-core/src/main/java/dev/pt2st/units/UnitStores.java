package dev.pt2st.units;

import dev.pt2st.io.source.Store;
import java.io.IOException;

/**
 * Finds the store of an address. Paths on a disk need none. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface UnitStores {
  /**
   * The store of an address. The creator of this object closes it.
   *
   * @param uri an address with a scheme
   * @throws IOException if there is none for its scheme
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  Store store(String uri) throws IOException;
}
