package dev.pt2st.io;

import dev.pt2st.ByteCount;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Explains a failed write: which file, how much space is needed, how much is free. */
public final class DiskFull {
  private DiskFull() {}

  /**
   * Throws an exception if a disk has less room than needed.
   *
   * @param directory a directory on the disk
   * @param what what needs the room, in words
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
   * Explains a failed write to a file.
   *
   * @param file the file that is written, or the directory of a nameless file
   * @param what what is written, in words
   * @param wanted the bytes that are still needed
   * @return an exception that names the file, whatever the reason is
   */
  public static FileSystemException explain(
      IOException failure, Path file, String what, long wanted) {
    String reason = String.valueOf(failure.getMessage());
    try {
      Path folder = Files.isDirectory(file) ? file : AtomicOutput.directoryOf(file);
      long usable = Files.getFileStore(folder).getUsableSpace();
      // The system's message for a full disk depends on its language; the free space does not.
      if (usable < wanted || reason.contains("No space left")) {
        reason = full(what, wanted, usable);
      }
    } catch (IOException e) {
      // The first failure is enough.
    }
    FileSystemException explained = new FileSystemException(file.toString(), null, reason);
    explained.initCause(failure);
    return explained;
  }
}
