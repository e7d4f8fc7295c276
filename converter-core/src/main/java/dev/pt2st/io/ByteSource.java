package dev.pt2st.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Where a range of bytes, such as a storage, is; named by the entry that contains it. */
public sealed interface ByteSource {
  /** The value for a CRC-32 that was not recorded. */
  long NO_CRC = -1;

  /**
   * The entry that contains bytes. Only messages need its name, so it is computed on demand: there
   * may be a million.
   */
  @FunctionalInterface
  interface Holder {
    /** The name. */
    String name();
  }

  /** A holder with a fixed name. */
  record Named(String name) implements Holder {}

  /**
   * Announces that all these bytes will be read completely, so that those of a remote source are
   * fetched together.
   *
   * @param output the output that will be written from them, for which the disk must have room too;
   *     null for none
   * @param outputBytes the size of the output
   */
  static void willReadAll(
      Iterable<? extends ByteSource> sources, @Nullable Path output, long outputBytes) {
    IdentityHashMap<MappedFile, List<MappedFile.Part>> parts = new IdentityHashMap<>();
    for (ByteSource source : sources) {
      switch (source) {
        case Stored stored when stored.file.isFetched() ->
            parts
                .computeIfAbsent(stored.file, file -> new ArrayList<>())
                .add(new MappedFile.Part(stored.offset, stored.size));
        case Deflated deflated when deflated.file.isFetched() ->
            parts
                .computeIfAbsent(deflated.file, file -> new ArrayList<>())
                .add(new MappedFile.Part(deflated.offset, deflated.compressedSize));
        default -> {} // already in memory
      }
    }
    parts.forEach((file, ranges) -> file.willReadAll(ranges, output, outputBytes));
  }

  /** The entry that contains the bytes, for messages. */
  String name();

  /** The number of bytes, after any decompression. */
  long size();

  /** The CRC-32 that the bytes must have; empty if none was recorded. */
  OptionalInt crc32();

  /**
   * Uncompressed bytes in a file.
   *
   * @param offset the offset of the first byte in the file
   * @param crc the CRC-32 as a number without a sign, or {@link #NO_CRC}
   */
  record Stored(Holder holder, MappedFile file, long offset, long size, long crc)
      implements ByteSource {
    public Stored {
      if (offset < 0 || size < 0 || offset > file.size() - size) {
        throw new IllegalArgumentException("outside of its file: " + holder.name());
      }
    }

    /** Bytes with a fixed name. */
    public Stored(String name, MappedFile file, long offset, long size, OptionalInt crc32) {
      this(
          new Named(name),
          file,
          offset,
          size,
          crc32.isPresent() ? crc32.getAsInt() & 0xffff_ffffL : NO_CRC);
    }

    @Override
    public String name() {
      return holder.name();
    }

    @Override
    public OptionalInt crc32() {
      return recorded(crc);
    }

    /** The bytes, not copied. */
    public MemorySegment segment() {
      return file.bytes(offset, size);
    }
  }

  /**
   * Bytes in a file, compressed with DEFLATE (RFC 1951, without a header).
   *
   * @param offset the offset of the first compressed byte in the file
   * @param compressedSize how many compressed bytes there are
   * @param crc the CRC-32 as a number without a sign, or {@link #NO_CRC}
   */
  record Deflated(
      Holder holder, MappedFile file, long offset, long compressedSize, long size, long crc)
      implements ByteSource {
    public Deflated {
      if (offset < 0 || compressedSize < 0 || offset > file.size() - compressedSize || size < 0) {
        throw new IllegalArgumentException("outside of its file: " + holder.name());
      }
    }

    @Override
    public String name() {
      return holder.name();
    }

    @Override
    public OptionalInt crc32() {
      return recorded(crc);
    }

    /** The compressed bytes, not copied. */
    public MemorySegment compressed() {
      return file.bytes(offset, compressedSize);
    }
  }

  private static OptionalInt recorded(long crc) {
    return crc == NO_CRC ? OptionalInt.empty() : OptionalInt.of((int) crc);
  }

  /** Bytes in memory: a part of a pickle. */
  record InMemory(String name, MemorySegment segment) implements ByteSource {
    @Override
    public long size() {
      return segment.byteSize();
    }

    @Override
    public OptionalInt crc32() {
      return OptionalInt.empty();
    }
  }

  /**
   * Bytes that are computed and can only be read sequentially, such as those that a pickle writes
   * as text.
   *
   * @param producer makes exactly {@code size} bytes
   */
  record Produced(String name, long size, Producer producer) implements ByteSource {
    @Override
    public OptionalInt crc32() {
      return OptionalInt.empty();
    }
  }

  /** Computes the bytes. */
  @FunctionalInterface
  interface Producer {
    /** Passes all bytes to a sink, piece by piece and in order. */
    void writeTo(RecordBytes.Sink sink) throws IOException;
  }
}
