package dev.pt2st.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The temporary files that exist at present. A program that may be stopped by a signal deletes them
 * in a shutdown hook; a library caller that is closed in order needs nothing of this.
 */
public final class TemporaryFiles {
  static final String START = ".pt2st-";
  static final String END = ".tmp";

  private static final Map<Path, OpenFolder> FILES = new HashMap<>();

  /** Unlike that of any other process, on this machine or another. */
  private static final String OWNER = Long.toHexString(new SecureRandom().nextLong());

  /** Read between two renames, while the thread that sets it waits for the lock. */
  private static volatile boolean stopping;

  private TemporaryFiles() {}

  /**
   * What stands in the name of each temporary file of this process, so that those that a killed
   * process has left can be told from those of others.
   */
  public static String owner() {
    return OWNER;
  }

  /** The owner of a temporary file by its name; empty if the name is not that of one. */
  public static Optional<String> ownerOf(String name) {
    if (!name.startsWith(START) || !name.endsWith(END)) {
      return Optional.empty();
    }
    int dash = name.indexOf('-', START.length());
    return dash < 0 ? Optional.empty() : Optional.of(name.substring(START.length(), dash));
  }

  /**
   * Makes a file; under the lock, so that none comes up behind {@link #deleteAll}.
   *
   * @param folder stays open as long as the file is there
   */
  static FileChannel create(
      OpenFolder folder, Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    synchronized (FILES) {
      if (stopping) {
        throw stopped();
      }
      FileChannel channel = folder.channel(path, options, attributes);
      FILES.put(path, folder);
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
  public static boolean isStopping() {
    return stopping;
  }

  static IOException stopped() {
    return new IOException("the program is being stopped");
  }

  /** Deletes all of them; no new one can be made after this. For a shutdown hook. */
  public static void deleteAll() {
    stopping = true;
    synchronized (FILES) {
      for (Map.Entry<Path, OpenFolder> file : FILES.entrySet()) {
        try {
          file.getValue().deleteIfExists(file.getKey());
        } catch (IOException | ClosedDirectoryStreamException e) {
          // The program ends: there is nobody left to tell, and the file has no final name.
        }
      }
    }
  }
}
