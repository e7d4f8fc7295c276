package dev.pt2st.io;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.RangeSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A nameless file for bytes that must be decompressed before they can be addressed. Its name is
 * deleted before the first byte is written, so nothing is left of it however the program ends.
 */
public final class ScratchFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private long size;

  private ScratchFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens a scratch file in the directory of a target. */
  public static ScratchFile beside(Path target) throws IOException {
    Path path = AtomicOutput.temporaryBeside(target);
    try (OpenFolder folder = OpenFolder.of(target)) {
      FileChannel channel =
          AtomicOutput.createBeside(
              folder,
              target,
              path,
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.READ,
                  StandardOpenOption.SPARSE,
                  StandardOpenOption.DELETE_ON_CLOSE));
      try {
        folder.deleteIfExists(path);
      } catch (IOException e) {
        // If an open file cannot be deleted, it is deleted on close.
      }
      TemporaryFiles.remove(path);
      return new ScratchFile(path, channel);
    }
  }

  /** The position of the next byte. */
  public long size() {
    return size;
  }

  /** Adds bytes at the end. */
  public void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      size += channel.write(bytes, size);
    }
  }

  /** Everything written so far, for reading; closing it closes the scratch file too. */
  public MappedFile map() throws IOException {
    return map(ResourceName.of(path));
  }

  /**
   * The same.
   *
   * @param shown the name in messages
   */
  public MappedFile map(ResourceName shown) throws IOException {
    return MappedFile.map(shown, channel);
  }

  /**
   * Makes it a sparse file of a given size and hands over its channel, which the caller closes
   * instead.
   *
   * @throws IOException if the file system does not support files of this size
   */
  FileChannel sparse(long bytes) throws IOException {
    try {
      if (bytes > 0) {
        channel.write(ByteBuffer.allocate(1), bytes - 1);
      }
      return channel;
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      channel.close();
      throw new FileSystemException(
          String.valueOf(path.getParent()),
          null,
          "no file of " + bytes + " bytes can be made there: " + e.getMessage());
    }
  }

  /**
   * Everything written so far, as the source from which it was fetched; closing it closes the
   * scratch file too.
   *
   * @param shown the name in messages
   * @param version the version that was fetched
   */
  public RangeSource asSource(ResourceName shown, String version) {
    return new FileSource(shown, null, channel, size, version);
  }

  /**
   * Writes zeros and maps them for writing. A full disk is then reported here and not while the
   * memory is used.
   */
  public MemorySegment zeros(long bytes, Arena arena) throws IOException {
    long start = size;
    ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
    for (long done = 0; done < bytes; done += PIECE) {
      append(zeros.clear().limit((int) Math.min(PIECE, bytes - done)));
    }
    return channel.map(FileChannel.MapMode.READ_WRITE, start, bytes, arena);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
