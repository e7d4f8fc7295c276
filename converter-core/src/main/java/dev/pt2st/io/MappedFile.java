package dev.pt2st.io;

import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceFault;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file opened for reading, mapped as a whole. Each file has one {@link Arena}: every segment from
 * it is valid until {@link #close()}. A part of such a file can be used as a file of its own. A
 * small file opened by {@link #openBytes} is on the heap instead.
 *
 * <p>A {@link RangeSource} becomes such a file too: a nameless sparse file that is filled on
 * demand, block by block. The mapping itself is not exposed: a hole reads as zeros, which are not
 * the bytes of the source. A reader asks for the bytes that it needs, and they are fetched before
 * it gets them. If they cannot be fetched, this and every later read throws a {@link SourceFault};
 * work on such a file goes through a {@link FileGuard}.
 */
public final class MappedFile implements AutoCloseable {
  /** Up to this size, reading a file is faster than mapping it. */
  private static final int MOST_ON_HEAP = 1 << 16;

  /** The bytes at the end of a ZIP: comment, end record, zip64 end record and locator. */
  private static final long TAIL = (1 << 16) + 22 + 20 + 56;

  private final ResourceName name;

  /** Its path; null if it is not a file of its own on the disk. */
  private final @Nullable Path path;

  private final Origin origin;
  private final FileBytes bytes;
  private final boolean owner;

  /**
   * The offset of its first byte in the channel's file; negative if it is not part of that file.
   */
  private final long base;

  /**
   * What a file shares with all its parts.
   *
   * @param wholeSize the size of the whole file in bytes
   * @param fetcher fills the file; null for a local file
   */
  private record Origin(
      FileChannel channel, FileMemory memory, long wholeSize, @Nullable RangeFetcher fetcher) {}

  private MappedFile(
      ResourceName name,
      @Nullable Path path,
      Origin origin,
      FileBytes bytes,
      boolean owner,
      long base) {
    this.name = name;
    this.path = path;
    this.origin = origin;
    this.bytes = bytes;
    this.owner = owner;
    this.base = base;
  }

  /**
   * Opens and maps a regular file.
   *
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   * @throws IOException if it is missing, not a regular file, unreadable or cannot be mapped
   */
  public static MappedFile open(Path path) throws IOException {
    return map(ResourceName.of(path), path, channelOf(path));
  }

  private static FileChannel channelOf(Path path) throws IOException {
    // Checked before opening, as opening a pipe would block the thread.
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
   * Opens a regular file if only its bytes are needed. A small file is read instead of mapped,
   * which takes half the time; its segments are then not aligned.
   *
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   * @throws IOException if it is missing, not a regular file, unreadable or cannot be mapped
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
    Origin origin = new Origin(channel, new FileMemory(null), bytes.length, null);
    return new MappedFile(name, path, origin, FileBytes.of(segment), true, -1);
  }

  /**
   * Opens a source. Its beginning and its end are fetched at once, since nearly every format has
   * its directory there. Everything else is fetched on demand.
   *
   * @param source closed by the caller, after the file
   * @param folder where a nameless file is made for fetched data
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   * @throws IOException if no such file can be made, or the source cannot be read
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the file that it makes
  static MappedFile open(RangeSource source, FetchOptions options, ScratchFolder folder)
      throws IOException {
    long size = source.size();
    FileChannel channel = folder.create().sparse(size);
    Arena arena = Arena.ofShared();
    try {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      RangeFetcher fetcher = new RangeFetcher(source, options, channel, folder);
      fetcher.expect(
          List.of(
              new FetchedBlocks.Run(0, Math.min(size, options.readAhead())),
              new FetchedBlocks.Run(Math.max(0, size - TAIL), size)));
      IOException failure = fetcher.failure();
      if (failure != null) {
        throw failure;
      }
      Origin origin = new Origin(channel, new FileMemory(arena), size, fetcher);
      FileBytes bytes = new FileBytes(segment, fetcher, 0);
      return new MappedFile(source.name(), null, origin, bytes, true, 0);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      channel.close();
      throw e;
    }
  }

  /** Opens an input; a local file as with {@link #open(Path)}. */
  public static MappedFile open(Input input, ScratchFolder folder) throws IOException {
    return switch (input) {
      case Input.OnDisk file -> open(file.path());
      case Input.Ranged ranged -> ranged.open(folder);
    };
  }

  /** Maps the file of an open channel and takes over the channel. */
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
      Origin origin = new Origin(channel, new FileMemory(arena), size, null);
      return new MappedFile(name, path, origin, FileBytes.of(segment), true, 0);
    } catch (IOException | RuntimeException e) {
      arena.close();
      try (channel) {
        // An interrupt of the thread closes the channel, which the exception says.
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
   * this file is open; closing it has no effect.
   *
   * @param shown its name in messages
   * @throws IndexOutOfBoundsException if the part is not within this file
   */
  public MappedFile part(ResourceName shown, long offset, long size) {
    return new MappedFile(
        shown, null, origin, bytes.part(offset, size), false, base < 0 ? base : base + offset);
  }

  /**
   * Bytes that were unpacked from this file, such as a decompressed member of an archive, as a file
   * of their own. Closing it has no effect.
   *
   * @param shown its name in messages
   * @param bytes valid at least as long as the result is used
   */
  public MappedFile unpacked(ResourceName shown, MemorySegment bytes) {
    return new MappedFile(shown, null, origin, FileBytes.of(bytes.asReadOnly()), false, -1);
  }

  /** A stream of its bytes from the first on; closing it does not close the file. */
  public SegmentInputStream stream() {
    return new SegmentInputStream(bytes);
  }

  /** A channel over its bytes, with a position of its own; closing it does not close the file. */
  public SeekableByteChannel channel() {
    return new SegmentChannel(bytes);
  }

  /**
   * Announces that parts of it will be read, in any order. For a source they are fetched now,
   * several at a time, and parts that are close together as one. Announcing too much only costs
   * time; parts outside the file are ignored.
   */
  public void willRead(List<Part> parts) {
    RangeFetcher fetcher = bytes.fetcher();
    if (fetcher != null) {
      fetcher.expect(runs(parts));
    }
  }

  private List<FetchedBlocks.Run> runs(List<Part> parts) {
    List<FetchedBlocks.Run> runs = new ArrayList<>(parts.size());
    for (Part part : parts) {
      long start = Math.clamp(part.offset, 0, size());
      // A cursor reads some bytes ahead.
      long size = Math.max(part.size, ByteCursor.FIRST_WINDOW);
      long end = start + Math.clamp(size, 0, size() - start);
      if (part.offset >= 0 && start < end) {
        runs.add(new FetchedBlocks.Run(bytes.base() + start, bytes.base() + end));
      }
    }
    return runs;
  }

  /** Announces that all of it will be read. For a source, its listener is notified first. */
  public void willReadAll() {
    willReadAll(List.of(new Part(0, size())), null, 0);
  }

  /**
   * Announces that parts of it, such as tensors, will be read completely. For a source, its
   * listener is notified first.
   *
   * @param output the output that will be written from them, for which the disk must have room too;
   *     null for none
   * @param outputBytes the size of the output
   */
  void willReadAll(List<Part> parts, @Nullable Path output, long outputBytes) {
    RangeFetcher fetcher = bytes.fetcher();
    if (fetcher != null) {
      fetcher.expectAll(name, runs(parts), output, outputBytes);
    }
  }

  /** Whether its bytes are mapped rather than on the heap. */
  public boolean isMapped() {
    return bytes.segment().isMapped();
  }

  /** Whether its bytes must be fetched, so that announcing reads pays off. */
  public boolean isFetched() {
    return bytes.fetcher() != null;
  }

  /**
   * A range of bytes of a file.
   *
   * @param offset the offset of the first one
   * @param size the number of bytes
   */
  public record Part(long offset, long size) {}

  /** Why its source cannot be read any more; null as long as it can, and for a local file. */
  public @Nullable IOException failure() {
    return origin.fetcher == null ? null : origin.fetcher.failure();
  }

  /** How long, in nanoseconds, threads have waited for bytes of its source. */
  public long waited() {
    return origin.fetcher == null ? 0 : origin.fetcher.waited();
  }

  /**
   * The name in messages: the path with which it was opened, or the outer file and its name inside
   * that.
   */
  public ResourceName name() {
    return name;
  }

  /** The path with which it was opened; empty if it is not a file of its own on the disk. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /** Its size in bytes when it was opened. */
  public long size() {
    return bytes.size();
  }

  /** Whether it has become shorter since it was opened; false if it is closed. */
  public boolean isCutShort() throws IOException {
    return origin.channel.isOpen() && origin.channel.size() < origin.wholeSize;
  }

  /**
   * A part of its bytes, read-only and not copied; valid while the file is open.
   *
   * @throws IndexOutOfBoundsException if the part is not within the file
   */
  public MemorySegment bytes(long offset, long size) {
    return bytes.slice(offset, size);
  }

  /**
   * A copy of the bytes from an offset on, at most {@code most} of them.
   *
   * @throws IndexOutOfBoundsException if the offset is not within the file
   */
  public byte[] start(long offset, int most) {
    Objects.checkIndex(offset, size() + 1);
    byte[] start = new byte[(int) Math.min(most, size() - offset)];
    MemorySegment.copy(
        bytes.with(offset, start.length), ValueLayout.JAVA_BYTE, offset, start, 0, start.length);
    return start;
  }

  /** A cursor over all of its bytes. */
  public ByteCursor cursor(Place place) {
    return new ByteCursor(bytes, place, 0);
  }

  /** A cursor over a part of its bytes. Its messages count from the start of the file. */
  public ByteCursor cursor(Place place, long offset, long size) {
    return new ByteCursor(bytes.part(offset, size), place, offset);
  }

  /**
   * The byte at an offset.
   *
   * @throws IndexOutOfBoundsException if it is not within the file, here and below
   */
  public byte i8(long offset) {
    return bytes.with(offset, Byte.BYTES).get(LittleEndian.BYTE, offset);
  }

  /** The little-endian number at an offset. */
  public short i16(long offset) {
    return bytes.with(offset, Short.BYTES).get(LittleEndian.SHORT, offset);
  }

  /** The little-endian number at an offset. */
  public int i32(long offset) {
    return bytes.with(offset, Integer.BYTES).get(LittleEndian.INT, offset);
  }

  /** The little-endian number at an offset. */
  public long i64(long offset) {
    return bytes.with(offset, Long.BYTES).get(LittleEndian.LONG, offset);
  }

  /**
   * Identifies a byte: equal for the same byte of a file and of a {@link #part} of it.
   *
   * @param memory the memory that contains the byte
   * @param address where it is there
   */
  public record Location(Object memory, long address) {}

  /** The location of the byte at an offset. */
  public Location location(long offset) {
    MemorySegment segment = bytes.segment();
    return new Location(segment.scope(), segment.address() + offset);
  }

  /**
   * Fills a buffer with its bytes from an offset on, without the mapping. Bytes that are read only
   * once then cause no page faults and do not count as memory of this process.
   *
   * @throws EOFException if it has become shorter
   * @throws IndexOutOfBoundsException if the range is not within the file as it was opened
   */
  public void read(ByteBuffer target, long offset) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), size());
    if (base < 0) {
      int length = target.remaining();
      MemorySegment.copy(
          bytes.with(offset, length), offset, MemorySegment.ofBuffer(target), 0, length);
      target.position(target.position() + length);
      return;
    }
    MemorySegment _ = bytes.with(offset, target.remaining());
    long at = base + offset;
    while (target.hasRemaining()) {
      int count = origin.channel.read(target, at);
      if (count < 0) {
        throw new EOFException(name + " was cut short while it was read");
      }
      at += count;
    }
  }

  /** Native memory, aligned for any element, that is valid while this file is open. */
  public MemorySegment allocate(long bytes) {
    return origin.memory.allocate(bytes);
  }

  @Override
  public void close() throws IOException {
    if (owner) {
      // An interrupt may have closed the channel already, but the memory must still be freed.
      try (origin.channel) {
        origin.memory.close();
      }
    }
  }
}
