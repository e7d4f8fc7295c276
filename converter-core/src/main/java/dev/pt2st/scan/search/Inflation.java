package dev.pt2st.scan.search;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses DEFLATE data as far as possible: the part before a break is scanned as if it were
 * complete. A small result is kept in memory; a larger one goes to a nameless scratch file.
 */
public final class Inflation implements AutoCloseable {
  private static final int PIECE = 1 << 16;
  private static final int SMALLEST_PIECE = 1 << 10;
  private static final int IN_MEMORY = 1 << 20;

  private final MappedFile outer;
  private final Unpacking unpacking;
  private final ResourceName shown;
  private byte[] memory;
  private int inMemory;
  private @Nullable ScratchFile scratch;
  private @Nullable MalformedException problem;
  private long consumed;

  private Inflation(MappedFile outer, Unpacking unpacking, ResourceName shown, int firstPiece) {
    this.memory = new byte[firstPiece];
    this.outer = outer;
    this.unpacking = unpacking;
    this.shown = shown;
  }

  /**
   * Decompresses.
   *
   * @param outer the file that the compressed bytes are in
   * @param compressed the compressed bytes; other bytes may follow them
   * @param size the expected number of bytes; fewer or more are a problem; negative for any number
   * @param raw whether they have no zlib header and trailer (RFC 1950)
   * @param shown what messages call the result
   * @throws CheckpointException if the result exceeds a limit
   */
  public static Inflation of(
      MappedFile outer,
      MappedFile compressed,
      long size,
      boolean raw,
      ResourceName shown,
      Unpacking unpacking)
      throws CheckpointException, IOException {
    Inflation inflation = new Inflation(outer, unpacking, shown, piece(compressed));
    try {
      inflation.run(compressed, size, raw);
      return inflation;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      inflation.close();
      throw e;
    }
  }

  /**
   * The buffer size, which is small for small data: an archive may have thousands of small entries.
   */
  private static int piece(MappedFile compressed) {
    return Math.clamp(4 * compressed.size(), SMALLEST_PIECE, PIECE);
  }

  private void run(MappedFile compressed, long size, boolean raw)
      throws CheckpointException, IOException {
    Inflater inflater = new Inflater(raw);
    byte[] piece = new byte[piece(compressed)];
    long fed = 0;
    long produced = 0;
    try {
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          long count = Math.min(PIECE, compressed.size() - fed);
          if (count == 0) {
            broken("the compressed data is cut short");
            return;
          }
          inflater.setInput(compressed.bytes(fed, count).asByteBuffer());
          fed += count;
        }
        int count = inflater.inflate(piece);
        if (count == 0 && inflater.needsDictionary()) {
          broken("the compressed data is damaged");
          return;
        }
        unpacking.charge(count, Place.of(shown));
        unpacking.report(count);
        append(piece, count);
        produced += count;
      }
      if (size >= 0 && produced != size) {
        broken("it has " + produced + " bytes and its entry says " + size);
      }
    } catch (DataFormatException e) {
      // Loaders that read piece by piece already have the part before.
      int count = (int) (inflater.getBytesWritten() - produced);
      unpacking.charge(count, Place.of(shown));
      append(piece, count);
      broken("the compressed data is damaged");
    } finally {
      consumed = inflater.getBytesRead();
      inflater.end();
    }
  }

  private void broken(String why) {
    problem = new MalformedException(Place.of(shown), why);
  }

  private void append(byte[] piece, int count) throws IOException {
    if (scratch == null && inMemory + count <= IN_MEMORY) {
      if (inMemory + count > memory.length) {
        memory = Arrays.copyOf(memory, Math.min(IN_MEMORY, 2 * (inMemory + count)));
      }
      System.arraycopy(piece, 0, memory, inMemory, count);
      inMemory += count;
      return;
    }
    ScratchFile target = scratch;
    if (target == null) {
      target = ScratchFolder.TEMPORARY.create();
      scratch = target;
      target.append(ByteBuffer.wrap(memory, 0, inMemory));
    }
    try {
      target.append(ByteBuffer.wrap(piece, 0, count));
    } catch (IOException e) {
      throw ScratchFolder.TEMPORARY.explain(e, shown, target.size());
    }
  }

  /** Why the result is incomplete or differs from its entry; null if neither. */
  public @Nullable MalformedException problem() {
    return problem;
  }

  /** How many compressed bytes were consumed. */
  public long consumed() {
    return consumed;
  }

  /** Whether nothing came out. */
  public boolean isEmpty() {
    return scratch == null && inMemory == 0;
  }

  /** The decompressed bytes. The caller closes the file and this object. */
  public MappedFile file() throws IOException {
    ScratchFile target = scratch;
    if (target == null) {
      return outer.unpacked(shown, MemorySegment.ofArray(memory).asSlice(0, inMemory));
    }
    scratch = null;
    return target.map(shown);
  }

  @Override
  public void close() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }
}
