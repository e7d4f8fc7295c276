package dev.pt2st.io;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.output.OutputGroup;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file of an {@link OutputGroup}. It is written next to its target under a temporary name; {@link
 * OutputGroup#commit} renames it.
 */
public final class AtomicOutput implements AutoCloseable {
  /**
   * Bytes of one call of the system. For one of 4 MB, Linux 6.18 with ext4 looks for memory in one
   * piece, which took four times as long as all else (bench/TRIED.md).
   */
  private static final int MOST_AT_ONCE = 1 << 20;

  private final OpenFolder folder;
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean placed;

  private AtomicOutput(OpenFolder folder, Path target, Path temporary, FileChannel channel) {
    this.folder = folder;
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Checks that a file may be written here, before any work is done.
   *
   * @throws IOException if the target exists and must not be replaced, is not a regular file, or
   *     its directory does not exist
   */
  public static void check(Path target, IfExists existing) throws IOException {
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
      if (existing == IfExists.REFUSE) {
        throw new FileAlreadyExistsException(target.toString());
      }
    }
  }

  /**
   * Opens a temporary file next to the target.
   *
   * @param folder the folder of the target, which is closed after this
   * @param attributes attributes such as the permission bits, which the umask restricts further;
   *     without them, the default permissions
   */
  public static AtomicOutput create(
      OpenFolder folder, Path target, IfExists existing, FileAttribute<?>... attributes)
      throws IOException {
    check(target, existing);
    Path temporary = temporaryBeside(target);
    FileChannel channel =
        createBeside(
            folder,
            target,
            temporary,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
            attributes);
    return new AtomicOutput(folder, target, temporary, channel);
  }

  /**
   * Creates a file next to a target. Messages name the target, since the user does not know the
   * temporary name.
   */
  static FileChannel createBeside(
      OpenFolder folder,
      Path target,
      Path temporary,
      Set<OpenOption> options,
      FileAttribute<?>... attributes)
      throws IOException {
    try {
      return TemporaryFiles.create(folder, temporary, options, attributes);
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

  public static Path temporaryBeside(Path target) {
    // Unique at any one time; CREATE_NEW ensures it.
    long unique = ThreadLocalRandom.current().nextLong() ^ System.nanoTime();
    // Short and independent of the target's name, which may already have the maximum length.
    String name = TemporaryFiles.START + TemporaryFiles.owner() + "-" + Long.toHexString(unique);
    return directoryOf(target).resolve(name + TemporaryFiles.END);
  }

  /** The directory that a file is in, or would be. */
  public static Path directoryOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  /**
   * Announces the size of the file before it is written. If the system supports it and it pays off,
   * the file gets this size at once.
   */
  public void reserve(long bytes) {
    Preallocation.reserve(temporary, bytes);
  }

  /**
   * Writes a buffer at a position. Safe for use by several threads.
   *
   * @throws FileSystemException if it fails, with the name of the target
   */
  public void write(ByteBuffer source, long position) throws IOException {
    long to = position;
    int end = source.limit();
    try {
      while (source.position() < end) {
        source.limit(Math.min(end, source.position() + MOST_AT_ONCE));
        to += channel.write(source, to);
      }
    } catch (IOException e) {
      FileSystemException named =
          new FileSystemException(target.toString(), null, String.valueOf(e.getMessage()));
      named.initCause(e);
      throw named;
    }
  }

  /**
   * A buffered stream that writes from the start of the file. It must be flushed at the end;
   * closing it does not close the file.
   */
  public OutputStream stream() {
    return new BufferedOutputStream(
        new OutputStream() {
          private long position;

          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] source, int offset, int length) throws IOException {
            AtomicOutput.this.write(ByteBuffer.wrap(source, offset, length), position);
            position += length;
          }
        },
        1 << 16);
  }

  /** Copies the permission bits, if the file system has them, and the time of another file. */
  public void takeModeAndTime(Path other) throws IOException {
    PosixFileAttributeView mode = Files.getFileAttributeView(other, PosixFileAttributeView.class);
    folder.setModeAndTime(
        temporary,
        mode == null ? null : mode.readAttributes().permissions(),
        Files.getLastModifiedTime(other));
  }

  /** Marks the content as complete: the temporary file is closed and waits to be renamed. */
  public void finish(Durability durability) throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    if (durability == Durability.SYNCED) {
      channel.force(true);
    }
    channel.close();
  }

  /**
   * Opens the written file for reading. Messages use its final name.
   *
   * @throws IOException if it cannot be read
   */
  public MappedFile reopen() throws IOException {
    return MappedFile.map(ResourceName.of(target), folder.reading(temporary));
  }

  public OpenFolder folder() {
    return folder;
  }

  public Path target() {
    return target;
  }

  public Path temporary() {
    return temporary;
  }

  public Path directory() {
    return directoryOf(target);
  }

  /** Marks the file as renamed, so that no temporary file is left to be deleted. */
  public void markPlaced() {
    placed = true;
    TemporaryFiles.remove(temporary);
  }

  /** Waits until the names in a directory, or the content of a file, are on the disk. */
  public static void sync(Path path) throws IOException {
    try (FileChannel handle = FileChannel.open(path, StandardOpenOption.READ)) {
      handle.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!placed) {
      folder.deleteIfExists(temporary);
      TemporaryFiles.remove(temporary);
    }
  }
}
