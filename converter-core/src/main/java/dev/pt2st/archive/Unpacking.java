package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.compression.Compression;
import dev.pt2st.archive.compression.Decoding;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.archive.compression.TimedInputStream;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.SegmentInputStream;
import dev.pt2st.work.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks compressed files and members of archives to scratch files within limits. The limits hold
 * for everything in one input together, so each input has one object of this class.
 */
public final class Unpacking {
  /** Unpacked data up to this size is always accepted, however small its input. */
  private static final long SMALL = 64L << 20;

  /**
   * The minimum that an entry counts, in bytes. Opening one takes as long as unpacking this much,
   * and nested archives may have millions of empty entries.
   */
  private static final long ENTRY = 4 << 10;

  /** The largest compressed chunk of LZMA2. */
  private static final int LARGEST_BLOCK = 1 << 16;

  private final Limits limits;
  private final boolean checkCrc;
  private final ScratchFolder folder;
  private final ResourceName inputName;
  private final long inputSize;
  private final UnpackingListener listener;
  private final Deadline deadline;
  private long unpacked;

  /** Unpacking without a listener, with a deadline of its own. */
  public Unpacking(MappedFile input, Limits limits, boolean checkCrc, ScratchFolder folder) {
    this(
        input,
        limits,
        checkCrc,
        folder,
        UnpackingListener.NONE,
        new Deadline(limits, input.size()));
  }

  /**
   * @param input the user's file, whose size bounds the unpacked size
   * @param checkCrc whether the CRC-32 of the entries of a ZIP must match
   * @param folder where scratch files are made
   * @param listener is notified of the progress
   * @param deadline when all work on the file must have ended
   */
  public Unpacking(
      MappedFile input,
      Limits limits,
      boolean checkCrc,
      ScratchFolder folder,
      UnpackingListener listener,
      Deadline deadline) {
    this.deadline = deadline;
    this.limits = limits;
    this.checkCrc = checkCrc;
    this.folder = folder;
    this.inputName = input.name();
    this.inputSize = input.size();
    this.listener = listener;
  }

  Limits limits() {
    return limits;
  }

  /** Tells the listener that the next file is about to be unpacked. */
  void announce(long bytes) {
    listener.unpacking(inputName, bytes);
  }

  /** Tells the listener that so many more bytes are done. */
  public void report(long bytes) {
    listener.unpacked(bytes);
  }

  /** When all work on the input must have ended. */
  Deadline deadline() {
    return deadline;
  }

  /** Counts an entry of an archive before it is opened. */
  public void chargeEntry(Place place) throws LimitException {
    charge(ENTRY, place);
  }

  boolean checkCrc() {
    return checkCrc;
  }

  /** The memory, in KiB, that a decompressor may take. */
  int maxKilobytes() {
    return Math.clamp(limits.get(Limit.DECODER_BYTES) >> 10, 1, Integer.MAX_VALUE);
  }

  /**
   * Counts bytes that are about to be unpacked or read again.
   *
   * @throws LimitException if there are too many, or the deadline has passed
   */
  public void charge(long bytes, Place place) throws LimitException {
    deadline.check(() -> place);
    unpacked = bytes > Long.MAX_VALUE - unpacked ? Long.MAX_VALUE : unpacked + bytes;
    long most = limits.get(Limit.UNPACKED_BYTES);
    if (unpacked > most) {
      throw new LimitException(
          place, Limit.UNPACKED_BYTES, "it unpacks to more than " + most + " bytes in all");
    }
    long ratio = limits.get(Limit.RATIO);
    if (unpacked > SMALL && !limits.allowGrowth(Limit.RATIO, inputSize, unpacked)) {
      throw new LimitException(
          place,
          Limit.RATIO,
          "it unpacks to more than " + ratio + " times the " + inputSize + " bytes of the file");
    }
  }

  /** Refuses a file that is nested too deep in compressed files and archives. */
  public void checkDepth(int depth, Place place) throws LimitException {
    if (depth > limits.get(Limit.WRAPPING)) {
      throw new LimitException(
          place,
          Limit.WRAPPING,
          "more than "
              + limits.get(Limit.WRAPPING)
              + " compressed files and archives are inside one another");
    }
  }

  /** Writes what a compressed file holds to a scratch file. */
  public MappedFile decompress(Container.Compressed compressed)
      throws CheckpointException, IOException {
    MappedFile file = compressed.file();
    file.willReadAll();
    Compression compression = compressed.compression();
    Place place = Place.of(file.name());
    Decoding decoding = new Decoding(place, "the " + compression.shown() + " data");
    return toScratch(
        file.name(),
        scratch -> {
          SegmentInputStream compressedBytes = file.stream();
          long[] read = {0};
          announce(file.size());
          try (InputStream in =
              decoding.run(() -> compression.open(timed(compressedBytes, place), maxKilobytes()))) {
            decoding.copy(
                in,
                scratch,
                count -> {
                  charge(count, place);
                  long taken = compressedBytes.position() - read[0];
                  deadline.allowForUnpacking(taken);
                  report(taken);
                  read[0] = compressedBytes.position();
                });
          }
        });
  }

  /**
   * The result of decompressing data that may be broken.
   *
   * @param file what was decompressed, which the caller closes; empty if there was nothing
   * @param problem why it is incomplete; null if it is complete
   */
  public record Outcome(MappedFile file, @Nullable CheckpointException problem) {}

  /** Decompresses as far as possible: if the data breaks, the part before the break is kept. */
  public Outcome decompressWhatThereIs(Container.Compressed compressed) throws IOException {
    compressed.file().willReadAll();
    Compression compression = compressed.compression();
    return decompressWhatThereIs(
        compressed.file(), compression.shown(), compression::open, compression::openToTheBreak);
  }

  /** The same for formats that loaders read and a conversion does not. */
  public Outcome decompressWhatThereIs(MappedFile file, LoaderDecoder decoder) throws IOException {
    return decompressWhatThereIs(file, decoder.shown(), decoder::open, decoder::openToTheBreak);
  }

  @FunctionalInterface
  private interface Opening {
    InputStream open(InputStream compressed, int maxKilobytes) throws IOException;
  }

  private Outcome decompressWhatThereIs(
      MappedFile file, String format, Opening opening, Opening openingToTheBreak)
      throws IOException {
    Place place = Place.of(file.name());
    Decoding decoding = new Decoding(place, "the " + format + " data");
    return salvage(
        file.name(),
        scratch -> {
          InputStream compressedBytes = timed(file.stream(), place);
          try (InputStream in = decoding.run(() -> opening.open(compressedBytes, maxKilobytes()))) {
            decoding.copy(
                in,
                scratch,
                count -> {
                  charge(count, place);
                  report(count);
                });
          } catch (MalformedException e) {
            // Decoders do not give out what they decoded of the piece in which the data breaks.
            decoding.copyRest(
                () -> openingToTheBreak.open(timed(withZeros(file), place), maxKilobytes()),
                scratch,
                count -> charge(count, place));
            throw e;
          }
        });
  }

  private InputStream timed(InputStream compressed, Place place) {
    return new TimedInputStream(compressed, deadline, place);
  }

  /**
   * The file with zeros after it: decoders that read their input in blocks give nothing of a block
   * that is cut short.
   */
  private static InputStream withZeros(MappedFile file) {
    return new SequenceInputStream(
        file.stream(), new ByteArrayInputStream(new byte[LARGEST_BLOCK]));
  }

  /** As {@link #toScratch}, but what was written before a failure is kept. */
  Outcome salvage(ResourceName shown, Filler filler) throws IOException {
    CheckpointException[] problem = {null};
    try {
      MappedFile file =
          toScratch(
              shown,
              scratch -> {
                try {
                  filler.fill(scratch);
                } catch (CheckpointException e) {
                  problem[0] = e;
                }
              });
      return new Outcome(file, problem[0]);
    } catch (CheckpointException e) {
      throw new IllegalStateException("complaints are kept", e);
    }
  }

  /** Writes to a scratch file. */
  @FunctionalInterface
  interface Filler {
    void fill(ScratchFile scratch) throws CheckpointException, IOException;
  }

  /**
   * Makes a scratch file, fills it and maps it.
   *
   * @param shown what messages call it
   */
  MappedFile toScratch(ResourceName shown, Filler filler) throws CheckpointException, IOException {
    ScratchFile scratch = folder.create();
    try {
      try {
        filler.fill(scratch);
      } catch (IOException e) {
        throw folder.explain(e, shown, scratch.size());
      }
      return scratch.map(shown);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      scratch.close();
      throw e;
    }
  }
}
