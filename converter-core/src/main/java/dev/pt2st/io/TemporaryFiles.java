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

  /** Read between two renames, while the thread that sets it waits for the lock. */
  private static volatile boolean stopping;

  private TemporaryFiles() {}

  /** Makes a file; under the lock, so that none comes up behind {@link #deleteAll}. */
  static FileChannel create(Path path, OpenOption... options) throws IOException {
    synchronized (FILES) {
      if (stopping) {
        throw stopped();
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

  /** Something that is done whole or not at all. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /**
   * Does something that {@link #deleteAll}, and so the end of the program, waits for: it must be
   * short, and take itself back where {@link #isStopping} comes true in the middle of it.
   */
  static void beforeTheEnd(Step step) throws IOException {
    synchronized (FILES) {
      step.run();
    }
  }

  /** Whether the program is being stopped by a signal. */
  static boolean isStopping() {
    return stopping;
  }

  static IOException stopped() {
    return new IOException("the program is being stopped");
  }

  /** Deletes all of them; no new one can be made after this. For a shutdown hook. */
  public static void deleteAll() {
    stopping = true;
    synchronized (FILES) {
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
