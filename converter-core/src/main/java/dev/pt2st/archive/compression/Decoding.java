package dev.pt2st.archive.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ScratchFile;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.apache.commons.compress.PasswordRequiredException;

/**
 * Calls of decoders that others wrote: whatever one of them throws for bad bytes, checked or not,
 * becomes a {@link CheckpointException}.
 *
 * @param place what is decoded
 * @param what the same in words: "the gzip data"
 */
public record Decoding(Place place, String what) {
  /** What decoders are asked for at once. */
  static final int PIECE = 1 << 16;

  private static final int STEP = 1 << 12;

  /**
   * A call of a decoder whose input lies in memory: it fails for no other reason than its bytes.
   */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  public <T> T run(Call<T> call) throws CheckpointException {
    try {
      return call.run();
    } catch (IOException | RuntimeException e) {
      throw explain(e);
    } catch (OutOfMemoryError e) {
      throw tooMuchMemory("more memory than there is");
    } catch (LinkageError e) {
      // zstd-jni unpacks its native code into the JVM's folder for temporary files, if nobody says
      // where it is.
      throw new UnsupportedException(
          place,
          what + " needs native code, which could not be unpacked or loaded",
          new Remedy.Advice(
              "decompress it first, or let the JVM's folder for temporary files be written to"));
    }
  }

  /** Hears how many bytes are about to be written. */
  @FunctionalInterface
  public interface Charge {
    void bytes(long count) throws LimitException;
  }

  /** Writes out all that a decoder gives; each piece is charged before it is written. */
  public void copy(InputStream in, ScratchFile scratch, Charge charge)
      throws CheckpointException, IOException {
    byte[] piece = new byte[PIECE];
    int count = run(() -> in.read(piece));
    while (count >= 0) {
      charge.bytes(count);
      scratch.append(ByteBuffer.wrap(piece, 0, count));
      count = run(() -> in.read(piece));
    }
  }

  /**
   * Writes out all that a decoder gives, the first bytes one by one and the others in small pieces,
   * so that little is lost where its data breaks.
   *
   * @param listener hears how many bytes have been written
   */
  public void copyInSteps(InputStream in, ScratchFile scratch, LongConsumer listener)
      throws CheckpointException, IOException {
    ByteBuffer first = ByteBuffer.allocate(PIECE);
    try {
      while (first.hasRemaining()) {
        int next = run(in::read);
        if (next < 0) {
          return;
        }
        first.put((byte) next);
      }
    } finally {
      scratch.append(first.flip());
      listener.accept(first.limit());
    }
    byte[] piece = new byte[STEP];
    int count = run(() -> in.read(piece));
    while (count >= 0) {
      scratch.append(ByteBuffer.wrap(piece, 0, count));
      listener.accept(count);
      count = run(() -> in.read(piece));
    }
  }

  /**
   * Writes out what a decoder gives before its data breaks, byte for byte, after what was written
   * before in larger pieces.
   *
   * @param opening gives a decoder of the same data
   * @param charge hears of what there is more than a piece, once it is written
   */
  public void copyRest(Call<InputStream> opening, ScratchFile scratch, Charge charge)
      throws LimitException, IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try (InputStream in = opening.run()) {
      in.skipNBytes(scratch.size());
      int next = in.read();
      while (next >= 0) {
        rest.write(next);
        next = rest.size() < mostLost(in) ? in.read() : -1;
      }
    } catch (IOException | RuntimeException e) {
      // Here it breaks, as it did before.
    } catch (OutOfMemoryError e) {
      // Another header, made of the same bytes and zeros, may want more memory than there is.
    }
    scratch.append(ByteBuffer.wrap(rest.toByteArray()));
    if (rest.size() > PIECE) {
      charge.bytes(rest.size() - PIECE);
    }
  }

  private static long mostLost(InputStream in) {
    return in instanceof SalvagingDecoder decoder ? decoder.mostLost() : PIECE;
  }

  private CheckpointException explain(Exception e) {
    return switch (e) {
      case TimedInputStream.OverTimeException time -> time.problem();
      case org.tukaani.xz.MemoryLimitException memory ->
          tooMuchMemory(((long) memory.getMemoryNeeded() << 10) + " bytes of memory");
      case org.apache.commons.compress.MemoryLimitException memory ->
          tooMuchMemory((memory.getMemoryNeededInKb() << 10) + " bytes of memory");
      case PasswordRequiredException password ->
          new RefusedException(
              place, what + " is encrypted", new Remedy.Advice("decrypt it first"));
      case EOFException end ->
          new MalformedException(
              place, what + " is cut short", new Remedy.FetchAgain("get the file again"));
      case org.tukaani.xz.UnsupportedOptionsException options -> unsupported();
      case ZstdIOException zstd -> explainZstd(zstd);
      default ->
          String.valueOf(e.getMessage()).startsWith("Unsupported compression method")
              ? unsupported()
              : new MalformedException(place, what + " is damaged");
    };
  }

  private CheckpointException explainZstd(ZstdIOException e) {
    long code = e.getErrorCode();
    if (code == Zstd.errFrameParameterWindowTooLarge()) {
      return tooMuchMemory("a larger window");
    }
    if (code == Zstd.errDictionaryWrong() || code == Zstd.errFrameParameterUnsupported()) {
      return unsupported();
    }
    // The library has one code for both, and says in words which it is.
    return String.valueOf(e.getMessage()).contains("Truncated")
        ? new MalformedException(
            place, what + " is cut short", new Remedy.FetchAgain("get the file again"))
        : new MalformedException(place, what + " is damaged");
  }

  private UnsupportedException unsupported() {
    return new UnsupportedException(
        place,
        what + " is compressed by a method that is not read",
        new Remedy.Advice("unpack it first"));
  }

  private LimitException tooMuchMemory(String needed) {
    return new LimitException(
        place, Limit.DECODER_BYTES, "to decompress " + what + " takes " + needed);
  }
}
