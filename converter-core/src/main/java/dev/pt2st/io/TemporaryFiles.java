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
 * The temporary files that currently exist. A program that may be stopped by a signal deletes them
 * in a shutdown hook. A library user that closes everything does not need this.
 */
public final class TemporaryFiles {
  static final String START = ".pt2st-";
  static final String END = ".tmp";

  private static final Map<Path, OpenFolder> FILES = new HashMap<>();

  /** Different for every process, on this machine or another. */
  private static final String OWNER = Long.toHexString(new SecureRandom().nextLong());

  /**
   * Volatile, as it is read between two renames while the thread that sets it waits for the lock.
   */
  private static volatile boolean stopping;

  private TemporaryFiles() {}

  /**
   * The text in the name of each temporary file of this process, so that files left by a killed
   * process can be recognized.
   */
  public static String owner() {
    return OWNER;
  }

  /** The owner in the name of a temporary file; empty if it is not such a name. */
  public static Optional<String> ownerOf(String name) {
    if (!name.startsWith(START) || !name.endsWith(END)) {
      return Optional.empty();
    }
    int dash = name.indexOf('-', START.length());
    return dash < 0 ? Optional.empty() : Optional.of(name.substring(START.length(), dash));
  }

  /**
   * Creates a file under the lock, so that none appears after {@link #deleteAll}.
   *
   * @param folder stays open as long as the file exists
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

  /** A step that is done completely or not at all. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  /**
   * Runs a step that {@link #deleteAll}, and so the end of the program, waits for. It must be
   * short, and must undo itself if {@link #isStopping} becomes true during it.
   */
  public static void beforeTheEnd(Step step) throws IOException {
    synchronized (FILES) {
      step.run();
    }
  }

  /** Whether the program is being stopped by a signal. */
  public static boolean isStopping() {
    return stopping;
  }

  public static IOException stopped() {
    return new IOException("the program is being stopped");
  }

  /** Deletes all temporary files; none can be created after this. For a shutdown hook. */
  public static void deleteAll() {
    stopping = true;
    synchronized (FILES) {
      for (Map.Entry<Path, OpenFolder> file : FILES.entrySet()) {
        try {
          file.getValue().deleteIfExists(file.getKey());
        } catch (IOException | ClosedDirectoryStreamException e) {
          // The program is ending: the failure cannot be reported, and the file has no final name.
        }
      }
    }
  }
}
