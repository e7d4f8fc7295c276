package dev.pt2st.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears under its name whole or not at all: written beside it under a temporary name
 * and renamed in one step. Closing it without {@link #commit} removes what was written.
 */
public final class AtomicOutput implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final boolean overwrite;
  private boolean committed;

  private AtomicOutput(Path target, Path temporary, FileChannel channel, boolean overwrite) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.overwrite = overwrite;
  }

  /**
   * Says whether a file may be written here, before any work is done.
   *
   * @throws IOException if the target exists and must not be replaced, is no regular file, or its
   *     directory is not there
   */
  public static void check(Path target, boolean overwrite) throws IOException {
    Path directory = directoryOf(target);
    if (!Files.isDirectory(directory)) {
      throw new FileSystemException(
          target.toString(), null, "there is no directory " + directory + " to write into");
    }
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a directory; name a file in it");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw new FileSystemException(target.toString(), null, "is not a regular file");
      }
      if (!overwrite) {
        throw new FileAlreadyExistsException(target.toString());
      }
    }
  }

  /** Opens a temporary file beside the target. The permission bits are those of the umask. */
  public static AtomicOutput create(Path target, boolean overwrite) throws IOException {
    check(target, overwrite);
    Path temporary = temporaryBeside(target);
    FileChannel channel =
        createBeside(
            target,
            temporary,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ);
    return new AtomicOutput(target, temporary, channel, overwrite);
  }

  /** Makes a file beside a target; the user knows the target, not the name beside it. */
  static FileChannel createBeside(Path target, Path temporary, OpenOption... options)
      throws IOException {
    try {
      return TemporaryFiles.create(temporary, options);
    } catch (FileSystemException e) {
      String reason = e.getReason();
      throw new FileSystemException(
          target.toString(),
          null,
          "no file can be made in its directory"
              + (e instanceof AccessDeniedException
                  ? ": access is denied"
                  : reason == null ? "" : ": " + reason));
    }
  }

  static Path temporaryBeside(Path target) {
    // Unlike any other at the same time; CREATE_NEW makes sure of it.
    long unique = ThreadLocalRandom.current().nextLong() ^ System.nanoTime();
    // Short and independent of the target's name, which may be as long as a name can be.
    return directoryOf(target).resolve(".pt2st-" + Long.toHexString(unique) + ".tmp");
  }

  private static Path directoryOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  /** Writes a buffer at a position; may be called by several threads at once. */
  public void write(ByteBuffer source, long position) throws IOException {
    long to = position;
    while (source.hasRemaining()) {
      to += channel.write(source, to);
    }
  }

  /**
   * Says in words what a failed write means: where the disk is full, how much was wanted.
   *
   * @param wanted the bytes of the whole file
   */
  public IOException explain(IOException failure, long wanted) {
    if (failure instanceof FileAlreadyExistsException) {
      return failure;
    }
    String reason = failure.getMessage();
    try {
      // What the system says of a full disk depends on its language; what is free does not.
      long usable = Files.getFileStore(directoryOf(target)).getUsableSpace();
      boolean full = usable < wanted - Files.size(temporary);
      if (full || String.valueOf(reason).contains("No space left")) {
        reason =
            "the disk is full: the output needs "
                + wanted
                + " bytes in all and "
                + usable
                + " more are free; make room";
      }
    } catch (IOException e) {
      // The first failure says enough.
    }
    return new FileSystemException(
        target.toString(), null, reason == null ? failure.toString() : reason);
  }

  /**
   * Gives the file its name.
   *
   * @param durable whether it must be on the disk, and its name too, when this returns
   * @throws FileAlreadyExistsException if a file of this name has come up and must not be replaced
   */
  public void commit(boolean durable) throws IOException {
    if (durable) {
      channel.force(true);
    }
    channel.close();
    if (overwrite) {
      try {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } else {
      moveWithoutReplacing();
    }
    committed = true;
    TemporaryFiles.remove(temporary);
    if (durable) {
      syncDirectory(directoryOf(target));
    }
  }

  /**
   * A hard link fails where the name is taken, as a rename does not; not all file systems have it.
   */
  private void moveWithoutReplacing() throws IOException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Files.deleteIfExists(temporary);
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
      handle.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      Files.deleteIfExists(temporary);
      TemporaryFiles.remove(temporary);
    }
  }
}
