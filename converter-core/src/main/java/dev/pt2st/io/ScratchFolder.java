package dev.pt2st.io;

import dev.pt2st.ByteCount;
import dev.pt2st.ResourceName;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where scratch files are made: next to an output, or in the system's folder for temporary files.
 */
public final class ScratchFolder {
  /** The system's folder for temporary files, for work without an output. */
  public static final ScratchFolder TEMPORARY = new ScratchFolder(null);

  private final @Nullable Path target;

  private ScratchFolder(@Nullable Path target) {
    this.target = target;
  }

  /** The folder of an output, whose disk must have room for the output anyway. */
  public static ScratchFolder beside(Path target) {
    return new ScratchFolder(target);
  }

  /**
   * Makes a scratch file.
   *
   * @throws IOException if none can be made there
   */
  public ScratchFile create() throws IOException {
    if (target != null) {
      return ScratchFile.beside(target);
    }
    Path folder = temporary();
    try {
      return ScratchFile.beside(folder.resolve("scratch"));
    } catch (FileSystemException e) {
      throw new FileSystemException(
          folder.toString(), null, "no temporary file can be made there; make room or set TMPDIR");
    }
  }

  /** The folder in TMPDIR, which other programs use but a JVM by itself does not. */
  private static Path temporary() {
    String folder = System.getenv("TMPDIR");
    return Path.of(
        folder == null || folder.isEmpty() ? System.getProperty("java.io.tmpdir") : folder);
  }

  /** The directory in which its files are. */
  public Path directory() {
    return target == null ? temporary() : AtomicOutput.directoryOf(target);
  }

  /**
   * Explains a failed write to a scratch file.
   *
   * @param what the input that is unpacked, as the user named it
   * @param written the bytes that were written before
   */
  public IOException explain(IOException failure, ResourceName what, long written) {
    String reason = failure.getMessage();
    boolean full = String.valueOf(reason).contains("No space left");
    return new FileSystemException(
        target == null ? temporary().toString() : target.toString(),
        null,
        (full ? "the disk is full: " : reason + ": ")
            + what
            + " unpacks to more than the "
            + ByteCount.shown(written)
            + " that there was room for; make room");
  }
}
