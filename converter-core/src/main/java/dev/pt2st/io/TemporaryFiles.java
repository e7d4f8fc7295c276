package dev.pt2st.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The temporary files that exist at present. A program that may be stopped by a signal deletes them
 * in a shutdown hook; a library caller that is closed in order needs nothing of this.
 */
public final class TemporaryFiles {
  private static final Set<Path> FILES = new HashSet<>();

  private static boolean stopping;

  private TemporaryFiles() {}

  /** Makes a file; under the lock, so that none comes up behind {@link #deleteAll}. */
  static FileChannel create(Path path, OpenOption... options) throws IOException {
    synchronized (FILES) {
      if (stopping) {
        throw new IOException("the program is being stopped");
      }
      FileChannel channel = FileChannel.open(path, options);
      FILES.add(path);
      return channel;
    }
  }

  static void remove(Path path) {
    synchronized (FILES) {
      FILES.remove(path);
    }
  }

  /** Deletes all of them; no new one can be made after this. For a shutdown hook. */
  public static void deleteAll() {
    synchronized (FILES) {
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
}
