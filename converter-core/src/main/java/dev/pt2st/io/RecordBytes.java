package dev.pt2st.io;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads records whole: small ones, such as pickles, into memory; large ones piece by piece. */
public final class RecordBytes {
  private static final int PIECE = 1 << 16;

  /** Receives a record's bytes, piece by piece and in order. */
  @FunctionalInterface
  public interface Sink {
    void accept(ByteBuffer piece) throws IOException;
  }

  /**
   * The CRC-32 of mapped bytes, computed from copies of them. If a mapped page is gone, copying
   * throws an error, but the CRC code would crash the JVM.
   */
  public static final class Crc {
    private final CRC32 sum = new CRC32();
    private final ByteBuffer buffer;
    private final MemorySegment segment;

    /**
     * @param buffer the buffer for the copies
     */
    public Crc(ByteBuffer buffer) {
      this.buffer = buffer;
      this.segment = MemorySegment.ofBuffer(buffer.clear());
    }

    /** Adds bytes. */
    public void update(MemorySegment bytes) {
      for (long at = 0; at < bytes.byteSize(); at += buffer.capacity()) {
        int length = (int) Math.min(buffer.capacity(), bytes.byteSize() - at);
        MemorySegment.copy(bytes, at, segment, 0, length);
        sum.update(buffer.clear().limit(length));
      }
    }

    /** The CRC-32 of all bytes so far. */
    public int value() {
      return (int) sum.getValue();
    }
  }

  private RecordBytes() {}

  /**
   * A record's bytes in memory: the mapping itself if they are uncompressed, else native memory
   * that is valid while {@code file} is open. The caller must have checked the size against a
   * limit.
   */
  public static MemorySegment read(
      ByteSource source, MappedFile file, Limits limits, boolean checkCrc, Place place)
      throws MalformedException, LimitException {
    MemorySegment bytes =
        switch (source) {
          case ByteSource.Stored stored -> stored.segment();
          case ByteSource.InMemory memory -> memory.segment();
          case ByteSource.Deflated deflated -> {
            checkRatio(deflated, limits, place);
            MemorySegment target = file.allocate(Math.max(1, deflated.size()));
            collect(target, sink -> inflate(deflated, place, sink));
            yield target.asSlice(0, deflated.size());
          }
          case ByteSource.Produced produced -> {
            MemorySegment target = file.allocate(Math.max(1, produced.size()));
            collect(target, produced.producer()::writeTo);
            yield target.asSlice(0, produced.size());
          }
        };
    if (checkCrc && source.crc32().isPresent()) {
      Crc crc = new Crc(ByteBuffer.allocateDirect(PIECE));
      crc.update(bytes);
      checkCrc(source, crc.value(), () -> place);
    }
    return bytes;
  }

  /** The first bytes of a record; fewer if it has fewer or its compressed bytes are damaged. */
  public static byte[] start(ByteSource source, int most) {
    return switch (source) {
      case ByteSource.Stored stored ->
          stored.file().start(stored.offset(), (int) Math.min(most, stored.size()));
      case ByteSource.InMemory memory ->
          memory.segment().asSlice(0, Math.min(most, memory.size())).toArray(ValueLayout.JAVA_BYTE);
      case ByteSource.Deflated deflated -> {
        Inflater inflater = new Inflater(true);
        try {
          int first = (int) Math.min(PIECE, deflated.compressedSize());
          inflater.setInput(deflated.file().start(deflated.offset(), first));
          byte[] bytes = new byte[most];
          yield Arrays.copyOf(bytes, inflater.inflate(bytes));
        } catch (DataFormatException e) {
          yield new byte[0];
        } finally {
          inflater.end();
        }
      }
      case ByteSource.Produced produced -> start(produced, most);
    };
  }

  private static byte[] start(ByteSource.Produced produced, int most) {
    ByteBuffer first = ByteBuffer.allocate((int) Math.min(most, produced.size()));
    try {
      produced
          .producer()
          .writeTo(piece -> {
            piece.limit(piece.position() + Math.min(piece.remaining(), first.remaining()));
            first.put(piece);
          });
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return first.array();
  }

  /** A source that passes its bytes to a sink. */
  @FunctionalInterface
  private interface Filler {
    void fill(Sink sink) throws MalformedException, IOException;
  }

  private static void collect(MemorySegment target, Filler filler) throws MalformedException {
    long[] at = {0};
    try {
      filler.fill(piece -> {
        MemorySegment from = MemorySegment.ofBuffer(piece);
        MemorySegment.copy(from, 0, target, at[0], from.byteSize());
        at[0] += from.byteSize();
      });
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /** Refuses a record that would grow by more than the limit. */
  public static void checkRatio(ByteSource.Deflated deflated, Limits limits, Place place)
      throws LimitException {
    if (!limits.allowGrowth(Limit.RATIO, deflated.compressedSize(), deflated.size())) {
      throw new LimitException(
          place,
          Limit.RATIO,
          "the record has "
              + deflated.compressedSize()
              + " bytes and would grow to "
              + deflated.size());
    }
  }

  /** Throws an exception if a CRC-32 is not the recorded one. */
  public static void checkCrc(ByteSource source, int actual, Supplier<Place> where)
      throws MalformedException {
    OptionalInt recorded = source.crc32();
    if (recorded.isPresent() && recorded.getAsInt() != actual) {
      throw new MalformedException(
          where.get(),
          String.format(
              "the CRC-32 of the record is %08x and should be %08x", actual, recorded.getAsInt()),
          new Remedy.IgnoreCrc());
    }
  }

  /**
   * Decompresses a record, and compares its CRC-32 after all of it was passed to the sink.
   *
   * @throws MalformedException if its length differs from its entry, or its CRC-32 is wrong
   */
  public static void inflate(ByteSource.Deflated source, Place place, boolean checkCrc, Sink sink)
      throws MalformedException, IOException {
    CRC32 sum = new CRC32();
    inflate(
        source,
        place,
        piece -> {
          sum.update(piece.duplicate());
          sink.accept(piece);
        });
    if (checkCrc) {
      checkCrc(source, (int) sum.getValue(), () -> place);
    }
  }

  /**
   * Decompresses a record.
   *
   * @throws MalformedException if its length differs from its entry
   * @throws IOException if the sink fails
   */
  public static void inflate(ByteSource.Deflated source, Place place, Sink sink)
      throws MalformedException, IOException {
    MemorySegment compressed = source.compressed();
    Inflater inflater = new Inflater(true);
    try {
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
      long fed = 0;
      long produced = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          long count = Math.min(PIECE, compressed.byteSize() - fed);
          if (count == 0) {
            throw new MalformedException(place, "the compressed record is cut short");
          }
          inflater.setInput(compressed.asSlice(fed, count).asByteBuffer());
          fed += count;
        }
        piece.clear();
        int count = inflater.inflate(piece);
        produced += count;
        if (produced > source.size()) {
          throw new MalformedException(
              place, "the record is longer than the " + source.size() + " bytes of its entry");
        }
        if (count > 0) {
          sink.accept(piece.flip());
        } else if (inflater.needsDictionary()) {
          throw new MalformedException(place, "the compressed record is damaged");
        }
      }
      if (produced != source.size()) {
        throw new MalformedException(
            place, "the record has " + produced + " bytes and its entry says " + source.size());
      }
    } catch (DataFormatException e) {
      throw new MalformedException(place, "the compressed record is damaged");
    } finally {
      inflater.end();
    }
  }
}
