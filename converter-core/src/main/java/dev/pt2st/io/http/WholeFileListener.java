package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import java.io.IOException;

/** Is told before a file is fetched as a whole, as its server gives out no ranges. */
@FunctionalInterface
public interface WholeFileListener {
  /**
   * The first byte is not fetched yet.
   *
   * @param name the file
   * @param size in bytes
   * @throws IOException if it shall not be fetched
   */
  void wholeFile(ResourceName name, long size) throws IOException;
}
