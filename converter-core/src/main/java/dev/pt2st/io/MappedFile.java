package dev.pt2st.io;

import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file opened for reading, mapped as a whole. One {@link Arena} a file: every segment taken from
 * it ends with {@link #close()}. A part of such a file can be taken for a file of its own. A small
 * file that is opened by {@link #openBytes} lies on the heap instead.
 *
 * <p>The mapping itself stays in here. Who reads says which bytes it needs, so that these could as
 * well come from somewhere else than a mapping; {@link #all} is the one exception.
 */
public final class MappedFile implements AutoCloseable {
  /** Up to so many bytes a file is read faster than it is mapped. */
  private static final int MOST_ON_HEAP = 1 << 16;

  private final ResourceName name;

  /** Where it is on the disk; null if it is no file of its own there. */
  private final @Nullable Path path;

  private final FileChannel channel;
  private final FileMemory memory;
  private final MemorySegment segment;

  /** The size of the whole file, of which this may be a part. */
  private final long wholeSize;

  private final boolean owner;

  /** Where its first byte stands in the channel's file; negative where it is none of it. */
  private final long base;

  private MappedFile(
      ResourceName name,
      @Nullable Path path,
      FileChannel channel,
      FileMemory memory,
      MemorySegment segment,
      long wholeSize,
      boolean owner,
      long base) {
    this.name = name;
    this.path = path;
    this.channel = channel;
    this.memory = memory;
    this.segment = segment;
    this.wholeSize = wholeSize;
    this.owner = owner;
    this.base = base;
  }

  /**
   * Opens and maps a regular file.
   *
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   * @throws IOException if it is missing, no regular file, unreadable or cannot be mapped
   */
  public static MappedFile open(Path path) throws IOException {
    return map(ResourceName.of(path), path, channelOf(path));
  }

  private static FileChannel channelOf(Path path) throws IOException {
    // Asked before it is opened, as a pipe would keep the thread that opens it.
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(
          path.toString(),
          null,
          attributes.isDirectory() ? "is a directory, not a file" : "is not a regular file");
    }
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  /**
   * Opens a regular file of which nothing but its bytes is wanted. A small one is read and not
   * mapped, which takes half the time. Its segments have no alignment then.
   *
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   * @throws IOException if it is missing, no regular file, unreadable or cannot be mapped
   */
  public static MappedFile openBytes(Path path) throws IOException {
    FileChannel channel = channelOf(path);
    ResourceName name = ResourceName.of(path);
    byte[] bytes;
    try {
      long size = channel.size();
      if (size > MOST_ON_HEAP) {
        return map(name, path, channel);
      }
      bytes = new byte[(int) size];
      ByteBuffer target = ByteBuffer.wrap(bytes);
      while (target.hasRemaining()) {
        if (channel.read(target) < 0) {
          throw cutShort(name);
        }
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    MemorySegment segment = MemorySegment.ofArray(bytes).asReadOnly();
    return new MappedFile(
        name, path, channel, new FileMemory(null), segment, bytes.length, true, -1);
  }

  /** Maps what an open channel holds; takes over the channel. */
  static MappedFile map(ResourceName name, FileChannel channel) throws IOException {
    return map(name, null, channel);
  }

  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the file that it makes
  private static MappedFile map(ResourceName name, @Nullable Path path, FileChannel channel)
      throws IOException {
    Arena arena = Arena.ofShared();
    long size = -1;
    try {
      size = channel.size();
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return new MappedFile(
          name, path, channel, new FileMemory(arena), segment, segment.byteSize(), true, 0);
    } catch (IOException | RuntimeException e) {
      arena.close();
      try (channel) {
        // Of an interrupted thread it is closed, which the exception says.
        if (channel.isOpen() && channel.size() < size) {
          throw cutShort(name);
        }
      }
      throw e;
    }
  }

  private static FileSystemException cutShort(ResourceName name) {
    return new FileSystemException(
        name.text(), null, "was cut short while it was opened; try again when nothing changes it");
  }

  /**
   * A part of this file as a file of its own, such as a member of an archive. It is valid while
   * this one is open; closing it does nothing.
   *
   * @param shown what messages call it
   * @throws IndexOutOfBoundsException if the part is not within this file
   */
  public MappedFile part(ResourceName shown, long offset, long size) {
    return new MappedFile(
        shown,
        null,
        channel,
        memory,
        segment.asSlice(offset, size),
        wholeSize,
        false,
        base < 0 ? base : base + offset);
  }

  /**
   * Bytes that came out of this file, such as a decompressed member of an archive, as a file of
   * their own. Closing it does nothing.
   *
   * @param shown what messages call it
   * @param bytes valid at least as long as the result is used
   */
  public MappedFile unpacked(ResourceName shown, MemorySegment bytes) {
    return new MappedFile(shown, null, channel, memory, bytes.asReadOnly(), wholeSize, false, -1);
  }

  /** A stream of its bytes from the first on; closing it does nothing to the file. */
  public SegmentInputStream stream() {
    return new SegmentInputStream(segment);
  }

  /** A channel over its bytes, with a position of its own; closing it does nothing to the file. */
  public SeekableByteChannel channel() {
    return new SegmentChannel(segment);
  }

  /** What messages call it: the path it was opened by, or what it is inside of which file. */
  public ResourceName name() {
    return name;
  }

  /** The path that it was opened by; empty if it is no file of its own on the disk. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /** Its size in bytes when it was opened. */
  public long size() {
    return segment.byteSize();
  }

  /** Whether it has become shorter since it was opened; of a closed one that is not known. */
  public boolean isCutShort() throws IOException {
    return channel.isOpen() && channel.size() < wholeSize;
  }

  /**
   * A part of its bytes, read-only and not copied; valid while the file is open.
   *
   * @throws IndexOutOfBoundsException if the part is not within the file
   */
  public MemorySegment bytes(long offset, long size) {
    return segment.asSlice(offset, size);
  }

  /**
   * All of its bytes, read-only and not copied; valid while the file is open. Only for what goes
   * through the whole file anyway, such as a decompressor: everything else asks for the part that
   * it needs, by {@link #bytes}, {@link #cursor} or {@link #start}.
   */
  public MemorySegment all() {
    return segment;
  }

  /**
   * A copy of the bytes from an offset on, as many as there are up to so many.
   *
   * @throws IndexOutOfBoundsException if the offset is not within the file
   */
  public byte[] start(long offset, int most) {
    Objects.checkIndex(offset, size() + 1);
    byte[] start = new byte[(int) Math.min(most, size() - offset)];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, start, 0, start.length);
    return start;
  }

  /** A cursor over all of its bytes. */
  public ByteCursor cursor(Place place) {
    return new ByteCursor(segment, place);
  }

  /** A cursor over a part of its bytes. Its messages count from the start of the file. */
  public ByteCursor cursor(Place place, long offset, long size) {
    return new ByteCursor(bytes(offset, size), place, offset);
  }

  /**
   * The byte at an offset.
   *
   * @throws IndexOutOfBoundsException if it is not within the file, here and below
   */
  public byte i8(long offset) {
    return segment.get(LittleEndian.BYTE, offset);
  }

  /** The little-endian number at an offset. */
  public short i16(long offset) {
    return segment.get(LittleEndian.SHORT, offset);
  }

  /** The little-endian number at an offset. */
  public int i32(long offset) {
    return segment.get(LittleEndian.INT, offset);
  }

  /** The little-endian number at an offset. */
  public long i64(long offset) {
    return segment.get(LittleEndian.LONG, offset);
  }

  /**
   * Tells a byte from all others: equal for the same byte of a file and of a {@link #part} of it.
   *
   * @param memory what the byte lies in
   * @param address where it lies there
   */
  public record Location(Object memory, long address) {}

  /** The location of the byte at an offset. */
  public Location location(long offset) {
    return new Location(segment.scope(), segment.address() + offset);
  }

  /**
   * Fills a buffer with its bytes from an offset on, and not through the mapping: what is read but
   * once need not be paged in, nor does it count as memory of this process then.
   *
   * @throws EOFException if it has become shorter
   * @throws IndexOutOfBoundsException if it never was as long
   */
  public void read(ByteBuffer target, long offset) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), size());
    if (base < 0) {
      int length = target.remaining();
      MemorySegment.copy(segment, offset, MemorySegment.ofBuffer(target), 0, length);
      target.position(target.position() + length);
      return;
    }
    long at = base + offset;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException(name + " was cut short while it was read");
      }
      at += count;
    }
  }

  /** Native memory that lives as long as this file is open, aligned for any element. */
  public MemorySegment allocate(long bytes) {
    return memory.allocate(bytes);
  }

  @Override
  public void close() throws IOException {
    if (owner && channel.isOpen()) {
      memory.close();
      channel.close();
    }
  }
}
