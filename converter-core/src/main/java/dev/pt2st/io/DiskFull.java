package dev.pt2st.io;

import dev.pt2st.ByteCount;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says in words what a failed write means: which file, how much was wanted, how much is free. */
public final class DiskFull {
  private DiskFull() {}

  /**
   * Complains if a disk has less room than is wanted.
   *
   * @param directory where it is wanted
   * @param what wants it, in words
   */
  static void check(Path directory, String what, long wanted) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < wanted) {
      throw new FileSystemException(directory.toString(), null, full(what, wanted, usable));
    }
  }

  private static String full(String what, long wanted, long usable) {
    return "the disk is full: "
        + what
        + " needs "
        + ByteCount.shown(wanted)
        + " more and "
        + ByteCount.shown(usable)
        + " are free; make room";
  }

  /**
   * A failed write to a file that has no message of its own for a full disk.
   *
   * @param file what is written, or the directory in which a nameless file is
   * @param what is written, in words
   * @param wanted the bytes that it wants still
   * @return an exception that names the file, whatever the reason is
   */
  public static FileSystemException explain(
      IOException failure, Path file, String what, long wanted) {
    String reason = String.valueOf(failure.getMessage());
    try {
      Path folder = Files.isDirectory(file) ? file : AtomicOutput.directoryOf(file);
      long usable = Files.getFileStore(folder).getUsableSpace();
      // What the system says of a full disk depends on its language; what is free does not.
      if (usable < wanted || reason.contains("No space left")) {
        reason = full(what, wanted, usable);
      }
    } catch (IOException e) {
      // The first failure says enough.
    }
    FileSystemException explained = new FileSystemException(file.toString(), null, reason);
    explained.initCause(failure);
    return explained;
  }
}
