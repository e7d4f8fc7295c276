package dev.pt2st.io;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
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
 * A file of an {@link OutputGroup}: written beside its target under a temporary name, which {@link
 * OutputGroup#commit} replaces by its own.
 */
public final class AtomicOutput implements AutoCloseable {
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
   * Says whether a file may be written here, before any work is done.
   *
   * @throws IOException if the target exists and must not be replaced, is no regular file, or its
   *     directory is not there
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
   * Opens a temporary file beside the target.
   *
   * @param folder of the target; to be closed after this
   * @param attributes such as the permission bits, of which the umask takes some; without them, all
   *     that the umask leaves
   */
  static AtomicOutput create(
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

  /** Makes a file beside a target; the user knows the target, not the name beside it. */
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

  static Path temporaryBeside(Path target) {
    // Unlike any other at the same time; CREATE_NEW makes sure of it.
    long unique = ThreadLocalRandom.current().nextLong() ^ System.nanoTime();
    // Short and independent of the target's name, which may be as long as a name can be.
    String name = TemporaryFiles.START + TemporaryFiles.owner() + "-" + Long.toHexString(unique);
    return directoryOf(target).resolve(name + TemporaryFiles.END);
  }

  /** The directory that a file is in, or would be. */
  public static Path directoryOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  /**
   * Says how large the file is going to be, before it is written: then it has this size already,
   * where the system can do that and it is worth it.
   */
  public void reserve(long bytes) {
    Preallocation.reserve(temporary, bytes);
  }

  /**
   * Writes a buffer at a position; may be called by several threads at once.
   *
   * @throws FileSystemException if it fails, with the name of the target
   */
  public void write(ByteBuffer source, long position) throws IOException {
    long to = position;
    try {
      while (source.hasRemaining()) {
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
   * A stream that writes from the start on, in pieces of some size; to be flushed at the end.
   * Closing it does nothing to the file.
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

  /** Gives the file the permission bits, where there are such, and the time of another one. */
  public void takeModeAndTime(Path other) throws IOException {
    PosixFileAttributeView mode = Files.getFileAttributeView(other, PosixFileAttributeView.class);
    folder.setModeAndTime(
        temporary,
        mode == null ? null : mode.readAttributes().permissions(),
        Files.getLastModifiedTime(other));
  }

  /** Says that all is written: the temporary file is closed and waits for its name. */
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
   * Opens what was written, for reading. Messages call it by the name that it is to have.
   *
   * @throws IOException if it cannot be read
   */
  public MappedFile reopen() throws IOException {
    return MappedFile.map(ResourceName.of(target), folder.reading(temporary));
  }

  OpenFolder folder() {
    return folder;
  }

  Path target() {
    return target;
  }

  Path temporary() {
    return temporary;
  }

  Path directory() {
    return directoryOf(target);
  }

  /** Says that the file has got its name, so that there is nothing left to be removed. */
  void markPlaced() {
    placed = true;
    TemporaryFiles.remove(temporary);
  }

  /** Waits until the names in a directory, or what a file holds, are on the disk. */
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
