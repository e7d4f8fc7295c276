package dev.pt2st.units;

import dev.pt2st.io.Store;
import java.io.IOException;

/** Which store an address names. A path on a disk needs none. May be used by many threads. */
@FunctionalInterface
public interface UnitStores {
  /**
   * The store of an address; whoever has made this closes it.
   *
   * @param uri with a scheme
   * @throws IOException if there is none for its scheme
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  Store store(String uri) throws IOException;

  /** Whether a text is an address and no path. */
  static boolean isAddress(String uri) {
    int colon = uri.indexOf("://");
    return colon > 0 && uri.lastIndexOf('/', colon) < 0;
  }
}
