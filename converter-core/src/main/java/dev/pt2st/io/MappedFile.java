package dev.pt2st.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file opened for reading, mapped as a whole. One {@link Arena} a file: every segment taken from
 * it ends with {@link #close()}.
 */
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final Arena arena;
  private final MemorySegment segment;

  private MappedFile(Path path, FileChannel channel, Arena arena, MemorySegment segment) {
    this.path = path;
    this.channel = channel;
    this.arena = arena;
    this.segment = segment;
  }

  /**
   * Opens and maps a regular file.
   *
   * @throws IOException if it is missing, no regular file, unreadable or cannot be mapped
   */
  public static MappedFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new FileSystemException(
          path.toString(),
          null,
          Files.isDirectory(path) ? "is a directory, not a file" : "is not a regular file");
    }
    if (!Files.isReadable(path)) {
      throw new AccessDeniedException(path.toString());
    }
    return map(path, FileChannel.open(path, StandardOpenOption.READ));
  }

  /** Maps what an open channel holds; takes over the channel. */
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the file that it makes
  static MappedFile map(Path path, FileChannel channel) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, channel, arena, segment);
    } catch (IOException | RuntimeException e) {
      arena.close();
      channel.close();
      throw e;
    }
  }

  /** The path it was opened by. */
  public Path path() {
    return path;
  }

  /** Its size in bytes when it was opened. */
  public long size() {
    return segment.byteSize();
  }

  /** Whether it has become shorter since it was opened. */
  public boolean isCutShort() throws IOException {
    return channel.size() < size();
  }

  /** Its bytes; read-only. */
  public MemorySegment segment() {
    return segment;
  }

  /** Native memory that lives as long as this file is open, aligned for any element. */
  public MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, Long.BYTES);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    channel.close();
  }
}
