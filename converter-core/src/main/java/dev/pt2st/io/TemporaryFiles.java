package dev.pt2st.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary files that exist at present. A program that may be stopped by a signal deletes them
 * in a shutdown hook; a library caller that is closed in order needs nothing of this.
 */
public final class TemporaryFiles {
  private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

  private static volatile boolean stopping;

  private TemporaryFiles() {}

  static void add(Path path) throws IOException {
    FILES.add(path);
    if (stopping) {
      FILES.remove(path);
      throw new IOException("the program is being stopped");
    }
  }

  static void remove(Path path) {
    FILES.remove(path);
  }

  /** Deletes all of them; no new one can be made after this. For a shutdown hook. */
  public static void deleteAll() {
    stopping = true;
    for (Path path : FILES) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // The program ends: there is nobody left to tell, and the file has no final name.
      }
    }
  }
}
