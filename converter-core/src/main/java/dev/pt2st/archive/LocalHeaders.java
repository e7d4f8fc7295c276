package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The local headers of a ZIP. Each must agree with the central directory about its entry (PKWARE
 * APPNOTE 6.3.10, section 4.3.7).
 */
final class LocalHeaders {
  private static final int LOCAL_HEADER = 0x04034b50;

  /** Where a central header has the lengths of the fields that follow it. */
  private static final int NAME_LENGTH_AT = 28;

  /** How many a thread checks at a time. */
  private static final int BLOCK = 1 << 12;

  private static final int MOST_THREADS = 4;

  /** Checking one costs about as much as reading this many bytes. */
  private static final long BYTES_LOOKED_AT = 1 << 9;

  private static final byte[] NO_BYTES = new byte[0];

  private final MappedFile file;
  private final Place place;
  private final ZipEnd end;
  private final ZipDirectory directory;

  /**
   * @param directory the central directory
   */
  LocalHeaders(MappedFile file, ZipEnd end, ZipDirectory directory) {
    this.file = file;
    this.place = Place.of(file.name());
    this.end = end;
    this.directory = directory;
  }

  /** The first entry, in the order of the directory, that is wrong, and why. */
  private record Failure(int entry, CheckpointException why) {}

  /** Checks the local headers of the first entries, on several threads if there are many. */
  void check(int count) throws CheckpointException {
    AtomicReference<@Nullable Failure> first = new AtomicReference<>();
    try {
      ParallelTasks.run(
          (count + BLOCK - 1) / BLOCK,
          count * BYTES_LOOKED_AT,
          MOST_THREADS,
          () -> {
            ByteCursor cursor = file.cursor(place);
            return block -> {
              int entry = block * BLOCK;
              Failure known = first.get();
              if (known != null && known.entry < entry) {
                return; // an earlier entry is reported anyway
              }
              try {
                for (; entry < Math.min(count, (block + 1) * BLOCK); entry++) {
                  check(cursor, entry);
                }
              } catch (CheckpointException e) {
                // Several threads may find a problem. The one that is first in the directory is
                // reported.
                Failure own = new Failure(entry, e);
                first.accumulateAndGet(
                    own, (one, other) -> one == null || other.entry < one.entry ? other : one);
              }
            };
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // everything here reads from memory
    }
    Failure failure = first.get();
    if (failure != null) {
      throw failure.why;
    }
  }

  /** Checks that the local header agrees with the central one; notes where the data begins. */
  private void check(ByteCursor cursor, int entry) throws MalformedException, RefusedException {
    long at = directory.header(entry);
    if (at < 0
        || directory.compressedSize(entry) < 0
        || directory.size(entry) < 0
        || at > file.size() - ZipReader.LOCAL_HEADER_SIZE) {
      throw new MalformedException(
          place.at(centralOffset(entry)),
          "the entry \"" + directory.name(entry) + "\" lies outside of the file");
    }
    cursor.position(at);
    if (cursor.i32() != LOCAL_HEADER) {
      throw new MalformedException(
          place.at(at),
          "the entry \"" + directory.name(entry) + "\" does not begin here as it should");
    }
    cursor.u16();
    final int flags = cursor.u16();
    final int method = cursor.u16();
    cursor.u32();
    final int crc = cursor.i32();
    long compressedSize = cursor.u32();
    long size = cursor.u32();
    int nameLength = cursor.u16();
    int extraLength = cursor.u16();
    boolean sameName =
        nameLength == directory.nameLength(entry)
            && cursor.skipIf(directory.names(), directory.nameStart(entry), nameLength);
    byte[] otherName = sameName ? NO_BYTES : cursor.array(nameLength);
    boolean isWide = size == ExtraFields.SATURATED || compressedSize == ExtraFields.SATURATED;
    byte[] extra = isWide ? cursor.array(extraLength) : NO_BYTES;
    if (!isWide) {
      cursor.skip(extraLength);
    }
    ByteBuffer wide =
        isWide ? new ExtraFields(extra, place.at(at)).next(ExtraFields.ZIP64) : ExtraFields.NONE;
    if (size == ExtraFields.SATURATED && wide.hasRemaining()) {
      size = ExtraFields.nextLong(wide, place.at(at));
    }
    if (compressedSize == ExtraFields.SATURATED && wide.hasRemaining()) {
      compressedSize = ExtraFields.nextLong(wide, place.at(at));
    }
    if (!sameName) {
      String here = ZipDirectory.nameOf(otherName, 0, otherName.length);
      throw disagree(at, entry, "name, \"" + here + "\" here");
    }
    if (method != (directory.isDeflated(entry) ? ZipReader.DEFLATED : ZipReader.STORED)) {
      throw disagree(at, entry, "method");
    }
    if ((flags & ZipReader.SECRET) != 0) {
      throw disagree(at, entry, "encryption flag");
    }
    checkSizes(entry, flags, compressedSize, size);
    if (crc != 0 && crc != directory.crc(entry)) {
      throw disagree(at, entry, "CRC-32");
    }
    if (!directory.isDeflated(entry) && directory.size(entry) != directory.compressedSize(entry)) {
      throw ambiguous(
          centralOffset(entry),
          "the stored entry \""
              + directory.name(entry)
              + "\" has two sizes, "
              + directory.compressedSize(entry)
              + " and "
              + directory.size(entry));
    }
    long data = cursor.position();
    if (directory.compressedSize(entry) > file.size() - data) {
      throw new MalformedException(
          place.at(at),
          "the entry \"" + directory.name(entry) + "\" runs past the end of the file");
    }
    directory.setContent(entry, (int) (data - at));
  }

  private void checkSizes(int entry, int flags, long compressedSize, long size)
      throws RefusedException {
    // A streaming writer knows sizes and CRC-32 only after the data and writes them in a
    // descriptor.
    boolean streamed = (flags & ZipReader.FLAG_DESCRIPTOR) != 0;
    if ((size != directory.size(entry) && !(streamed && size == 0))
        || (compressedSize != directory.compressedSize(entry)
            && !(streamed && compressedSize == 0))) {
      throw disagree(directory.header(entry), entry, "size");
    }
  }

  /** Where the header of an entry is in the central directory, for messages. */
  long centralOffset(int entry) throws MalformedException {
    ByteCursor cursor = file.cursor(place, end.directoryOffset(), end.directorySize());
    for (int i = 0; i < entry; i++) {
      cursor.skip(NAME_LENGTH_AT);
      int length = cursor.u16() + cursor.u16() + cursor.u16();
      cursor.skip(ZipReader.CENTRAL_HEADER_SIZE - NAME_LENGTH_AT - 6);
      cursor.skip(length);
    }
    return cursor.offset();
  }

  private RefusedException disagree(long at, int entry, String what) {
    return ambiguous(
        at,
        "local header and central directory of the entry \""
            + directory.name(entry)
            + "\" disagree in their "
            + what);
  }

  private RefusedException ambiguous(long at, String problem) {
    return new RefusedException(place.at(at), problem, ZipReader.AMBIGUOUS);
  }
}
