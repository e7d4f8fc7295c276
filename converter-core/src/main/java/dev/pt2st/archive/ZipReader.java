package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the directory of a ZIP by the rules of {@code miniz}, which PyTorch uses. It refuses every
 * file in which another reader could see different records (PKWARE APPNOTE 6.3.10, sections 4.3 to
 * 4.5).
 *
 * <p>A general reader would not be safe here. If two readers can see different records, an attacker
 * shows harmless ones to the scanner and others to the loader.
 */
final class ZipReader {
  static final int LOCAL_HEADER_SIZE = 30;
  private static final int CENTRAL_HEADER = 0x02014b50;
  static final int CENTRAL_HEADER_SIZE = 46;

  /**
   * Approximate heap bytes of an entry with a name of usual length, if all entries are made into
   * objects.
   */
  private static final int HEAP_OF_ENTRY = 512;

  private static final int UNICODE_PATH_EXTRA = 0x7075;

  private static final int FLAG_ENCRYPTED = 1;
  static final int FLAG_DESCRIPTOR = 1 << 3;
  private static final int FLAG_STRONG_ENCRYPTION = 1 << 6;
  private static final int FLAG_MASKED = 1 << 13;
  static final int STORED = 0;
  static final int DEFLATED = 8;

  /** PyTorch pads the extra fields so that data begins at a multiple of 64 bytes. */
  private static final int USUAL_EXTRA = 128;

  /** How many bytes of an entry are read to tell what it is. */
  private static final int START = 512;

  /** Up to this size, an entry that is not tensor data is fetched as a whole. */
  private static final int SMALL_ENTRY = 256 << 10;

  /** Where PyTorch puts tensor data. */
  private static final String DATA = "/data/";

  static final int SECRET = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED;

  /** Roughly the longest array that every JVM can allocate. */
  private static final long MOST_NAME_BYTES = Integer.MAX_VALUE - 16;

  private static final byte[] NO_BYTES = new byte[0];

  static final Remedy AMBIGUOUS =
      new Remedy.DoNotTrust(
          "two readers could see two different files, as in attacks on scanners: do not trust it");

  private final MappedFile file;
  private final Place place;
  private final ZipEnd end;
  private final ZipDirectory directory;

  private ZipReader(MappedFile file, ZipEnd end, ZipDirectory directory) {
    this.file = file;
    this.place = Place.of(file.name());
    this.end = end;
    this.directory = directory;
  }

  /** Reads and checks the directory. */
  static ZipArchive read(MappedFile file, Limits limits) throws CheckpointException {
    ZipEnd end = ZipEnd.find(file);
    int count = checkCount(end, limits, Place.of(file.name()));
    return new ZipReader(file, end, new ZipDirectory(file, count)).read(limits);
  }

  private ZipArchive read(Limits limits) throws CheckpointException {
    readDirectory(limits);
    expect();
    int unique = directory.index();
    // A problem before a duplicate entry is reported first.
    LocalHeaders locals = new LocalHeaders(file, end, directory);
    locals.check(unique);
    if (unique < directory.size()) {
      throw ambiguous(
          locals.centralOffset(unique),
          "the archive has the entries \""
              + directory.name(directory.find(nameBytes(unique)))
              + "\" and \""
              + directory.name(unique)
              + "\"");
    }
    checkExtents();
    return new ZipArchive(directory);
  }

  /**
   * Refuses a directory that is too long before any of it is read; returns how many entries it may
   * have.
   */
  private static int checkCount(ZipEnd end, Limits limits, Place place) throws LimitException {
    // The count in the end record may be wrong: this many headers fit into the directory's bytes.
    long count = Math.min(end.entries(), end.directorySize() / CENTRAL_HEADER_SIZE);
    if (count > limits.get(Limit.ENTRIES)) {
      throw new LimitException(
          place,
          Limit.ENTRIES,
          "the archive has more than " + limits.get(Limit.ENTRIES) + " entries");
    }
    if (count > limits.get(Limit.HEAP_BYTES) / HEAP_OF_ENTRY) {
      throw new LimitException(
          place,
          Limit.HEAP_BYTES,
          "the " + count + " entries of the archive do not fit the memory that they may take");
    }
    return Math.toIntExact(Math.max(0, count));
  }

  private void readDirectory(Limits limits) throws CheckpointException {
    ByteCursor cursor = file.cursor(place, end.directoryOffset(), end.directorySize());
    while (cursor.remaining() > 0) {
      readCentralHeader(cursor, limits);
    }
    if (directory.size() != end.entries()) {
      throw ambiguous(
          end.endOffset(),
          "the end record counts "
              + Long.toUnsignedString(end.entries())
              + " entries and the central directory has "
              + directory.size());
    }
  }

  /**
   * Announces the ranges that are read of every entry, so that a remote source fetches them
   * together.
   */
  private void expect() {
    if (!file.isFetched()) {
      return;
    }
    List<MappedFile.Part> parts = new ArrayList<>(directory.size());
    for (int i = 0; i < directory.size(); i++) {
      long compressedSize = directory.compressedSize(i);
      boolean isWhole = compressedSize <= SMALL_ENTRY && !directory.name(i).contains(DATA);
      long data = isWhole ? compressedSize : Math.min(compressedSize, START);
      // Only the local header itself says how long its extra fields are.
      long size = LOCAL_HEADER_SIZE + directory.nameLength(i) + USUAL_EXTRA + data;
      parts.add(new MappedFile.Part(directory.header(i), size));
    }
    file.willRead(parts);
  }

  private void readCentralHeader(ByteCursor cursor, Limits limits) throws CheckpointException {
    long start = cursor.place().offset();
    if (cursor.i32() != CENTRAL_HEADER) {
      throw new MalformedException(place.at(start), "no entry of the central directory is here");
    }
    cursor.u16();
    cursor.u16();
    final int flags = cursor.u16();
    final int method = cursor.u16();
    cursor.u32();
    final int crc = cursor.i32();
    long compressedSize = cursor.u32();
    long size = cursor.u32();
    int nameLength = cursor.u16();
    int extraLength = cursor.u16();
    int commentLength = cursor.u16();
    int disk = cursor.u16();
    cursor.u16();
    cursor.u32();
    long localOffset = cursor.u32();
    cursor.require(nameLength);
    long names = directory.nameBytes() + (long) nameLength;
    if (names > Math.min(limits.get(Limit.HEAP_BYTES), MOST_NAME_BYTES)) {
      throw new LimitException(
          place.at(start),
          Limit.HEAP_BYTES,
          "the names of the archive's entries do not fit the memory that they may take");
    }
    byte[] nameBytes = directory.roomForName(nameLength);
    int nameStart = directory.nameBytes();
    int nameEnd = nameStart + nameLength;
    cursor.array(nameBytes, nameStart, nameLength);
    byte[] extra = extraLength == 0 ? NO_BYTES : cursor.array(extraLength);
    cursor.skip(commentLength);
    boolean isWide =
        size == ExtraFields.SATURATED
            || compressedSize == ExtraFields.SATURATED
            || localOffset == ExtraFields.SATURATED;
    ByteBuffer wide =
        isWide ? new ExtraFields(extra, place.at(start)).next(ExtraFields.ZIP64) : ExtraFields.NONE;
    if (size == ExtraFields.SATURATED) {
      size = ExtraFields.nextLong(wide, place.at(start));
    }
    if (compressedSize == ExtraFields.SATURATED) {
      compressedSize = ExtraFields.nextLong(wide, place.at(start));
    }
    if (localOffset == ExtraFields.SATURATED) {
      localOffset = ExtraFields.nextLong(wide, place.at(start));
    }
    if (extraLength > 0) {
      checkUnicodePath(extra, Arrays.copyOfRange(nameBytes, nameStart, nameEnd), start);
    }
    for (int i = nameStart; i < nameEnd; i++) {
      if (nameBytes[i] == 0) {
        throw ambiguous(start, "a name has a zero byte, where some readers end it");
      }
    }
    if (disk > 1 && disk != 0xffff) {
      throw new UnsupportedException(
          place.at(start),
          "the archive spans several disks",
          new Remedy.Advice("join it into one file first"));
    }
    if ((flags & SECRET) != 0) {
      throw new RefusedException(
          place.inEntry(ZipDirectory.nameOf(nameBytes, nameStart, nameEnd)),
          "the entry is encrypted",
          new Remedy.Advice("decrypt the archive first"));
    }
    if (method != STORED && method != DEFLATED) {
      throw new UnsupportedException(
          place.inEntry(ZipDirectory.nameOf(nameBytes, nameStart, nameEnd)),
          "the entry is compressed by method " + method + ", which PyTorch does not read",
          new Remedy.Advice("write the archive again, stored or deflated"));
    }
    directory.add(
        nameLength,
        method == DEFLATED,
        (flags & FLAG_DESCRIPTOR) != 0,
        crc,
        compressedSize,
        size,
        localOffset);
  }

  private byte[] nameBytes(int entry) {
    int start = directory.nameStart(entry);
    return Arrays.copyOfRange(directory.names(), start, start + directory.nameLength(entry));
  }

  /**
   * No bytes between the entries may look like an entry to a reader that goes from front to back.
   */
  private void checkExtents() throws RefusedException {
    int before = -1;
    for (int entry : inOrder()) {
      checkGap(before, directory.header(entry), "two entries of the archive overlap");
      before = entry;
    }
    checkGap(before, end.directoryOffset(), "an entry reaches into the central directory");
  }

  /** All entries in the order of the file, which is mostly the order of the directory. */
  private int[] inOrder() {
    int[] order = new int[directory.size()];
    boolean isInOrder = true;
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
      isInOrder &= i == 0 || directory.header(i - 1) <= directory.header(i);
    }
    return isInOrder
        ? order
        : Arrays.stream(order)
            .boxed()
            .sorted(Comparator.comparingLong(directory::header))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * Checks the bytes between an entry and the next.
   *
   * @param before the entry; negative for the gap before the first
   */
  private void checkGap(int before, long next, String overlap) throws RefusedException {
    long end = before < 0 ? 0 : directory.end(before);
    if (next < end) {
      throw ambiguous(next, overlap);
    }
    long gap = next - end;
    // A data descriptor has 12 bytes, 8 more with zip64 sizes, and usually 4 more for a signature.
    boolean descriptor =
        before >= 0
            && directory.isStreamed(before)
            && (gap == 12 || gap == 16 || gap == 20 || gap == 24);
    if (gap != 0 && !descriptor) {
      throw ambiguous(
          end,
          end == 0
              ? "there are " + gap + " bytes before the first entry"
              : "there are " + gap + " bytes that belong to no entry");
    }
  }

  /**
   * Newer readers take the name from the Unicode path field of Info-ZIP if there is one, and the
   * last if there are several. Miniz never does.
   */
  private void checkUnicodePath(byte[] extra, byte[] name, long at)
      throws MalformedException, RefusedException {
    ExtraFields fields = new ExtraFields(extra, place.at(at));
    while (fields.hasMore()) {
      ByteBuffer path = fields.next(UNICODE_PATH_EXTRA);
      // A version and the CRC-32 of the header's name precede the path.
      if (path.remaining() > 5 && !path.position(5).equals(ByteBuffer.wrap(name))) {
        throw ambiguous(
            at,
            "the entry \"" + ZipDirectory.nameOf(name, 0, name.length) + "\" has a second name");
      }
    }
  }

  private RefusedException ambiguous(long at, String problem) {
    return new RefusedException(place.at(at), problem, AMBIGUOUS);
  }
}
