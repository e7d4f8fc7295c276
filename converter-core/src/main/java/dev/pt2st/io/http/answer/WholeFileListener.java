package dev.pt2st.io.http.answer;

import dev.pt2st.ResourceName;
import java.io.IOException;

/** Is notified before a file is fetched as a whole because its server does not support ranges. */
@FunctionalInterface
public interface WholeFileListener {
  /**
   * Called before the first byte is fetched.
   *
   * @param name the file
   * @param size in bytes
   * @throws IOException if it must not be fetched
   */
  void wholeFile(ResourceName name, long size) throws IOException;
}
