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
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Reads the directory of a ZIP by the rules of {@code miniz}, which PyTorch uses, and refuses every
 * file in which another reader could see other records (PKWARE APPNOTE 6.3.10, sections 4.3 to
 * 4.5).
 *
 * <p>A general reader is of no use here: where two readers see two files, an attacker shows one to
 * the scanner and one to the loader.
 */
final class ZipReader {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_SIZE = 30;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_HEADER_SIZE = 46;

  /** About what the objects that describe one take, with a name of usual length. */
  private static final int HEAP_OF_ENTRY = 512;

  private static final int ZIP64_EXTRA = 0x0001;
  private static final int UNICODE_PATH_EXTRA = 0x7075;

  private static final int FLAG_ENCRYPTED = 1;
  private static final int FLAG_DESCRIPTOR = 1 << 3;
  private static final int FLAG_STRONG_ENCRYPTION = 1 << 6;
  private static final int FLAG_MASKED = 1 << 13;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final long SATURATED = 0xffff_ffffL;

  /** The id and the length of an extra field. */
  private static final int EXTRA_HEADER = 4;

  /** PyTorch fills up the extra fields, so that data begins at a multiple of 64 bytes. */
  private static final int USUAL_EXTRA = 128;

  /** As many bytes of any entry are looked at, to tell what it is. */
  private static final int START = 512;

  /** Up to so many bytes an entry that is no tensor data is fetched as a whole. */
  private static final int SMALL_ENTRY = 256 << 10;

  /** Where PyTorch puts tensor data. */
  private static final String DATA = "/data/";

  private static final ByteBuffer NO_EXTRA = ByteBuffer.allocate(0).asReadOnlyBuffer();

  static final Remedy AMBIGUOUS =
      new Remedy.DoNotTrust(
          "two readers could see two different files, as in attacks on scanners: do not trust it");

  private final MappedFile file;
  private final Place place;
  private final ByteCursor locals;

  private ZipReader(MappedFile file) {
    this.file = file;
    this.place = Place.of(file.name());
    this.locals = file.cursor(place);
  }

  /** Reads and checks the directory. */
  static ZipArchive read(MappedFile file, Limits limits) throws CheckpointException {
    return new ZipReader(file).read(limits);
  }

  private record Header(
      String name,
      String rawName,
      int flags,
      int method,
      int crc,
      long compressedSize,
      long size,
      long localOffset,
      long centralOffset) {}

  /**
   * The bytes of an entry.
   *
   * @param end the byte behind its data
   * @param streamed whether a data descriptor follows
   */
  private record Extent(long start, long end, boolean streamed) {}

  private ZipArchive read(Limits limits) throws CheckpointException {
    ZipEnd end = ZipEnd.find(file);
    checkCount(end, limits);
    List<Header> headers = readDirectory(end);
    expect(headers);
    SequencedMap<String, ZipEntry> entries = LinkedHashMap.newLinkedHashMap(headers.size());
    List<Extent> extents = new ArrayList<>(headers.size());
    for (Header header : headers) {
      String key = ZipArchive.keyOf(header.rawName);
      ZipEntry other = entries.get(key);
      if (other != null) {
        throw ambiguous(
            header.centralOffset,
            "the archive has the entries \"" + other.name() + "\" and \"" + header.name + "\"");
      }
      long data = checkLocalHeader(header);
      extents.add(
          new Extent(
              header.localOffset,
              data + header.compressedSize,
              (header.flags & FLAG_DESCRIPTOR) != 0));
      // Zero means that none was computed, record by record: set_crc32_options(False), skip_data().
      OptionalInt crc = header.crc == 0 ? OptionalInt.empty() : OptionalInt.of(header.crc);
      ByteSource bytes =
          header.method == STORED
              ? new ByteSource.Stored(header.name, file, data, header.size, crc)
              : new ByteSource.Deflated(
                  header.name, file, data, header.compressedSize, header.size, crc);
      entries.put(key, new ZipEntry(header.name, key, bytes));
    }
    checkExtents(extents, end.directoryOffset());
    return new ZipArchive(entries);
  }

  /** Refuses a directory that is too long before any of it is read. */
  private void checkCount(ZipEnd end, Limits limits) throws LimitException {
    // What the end record counts may be a lie: so many headers fit into the directory's bytes.
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
  }

  private List<Header> readDirectory(ZipEnd end)
      throws MalformedException, RefusedException, UnsupportedException {
    ByteCursor cursor = file.cursor(place, end.directoryOffset(), end.directorySize());
    List<Header> headers = new ArrayList<>();
    while (cursor.remaining() > 0) {
      headers.add(readCentralHeader(cursor));
    }
    if (headers.size() != end.entries()) {
      throw ambiguous(
          end.endOffset(),
          "the end record counts "
              + Long.toUnsignedString(end.entries())
              + " entries and the central directory has "
              + headers.size());
    }
    return headers;
  }

  /** Has fetched together, if it must be, what is looked at of each entry in any case. */
  private void expect(List<Header> headers) {
    if (!file.isFetched()) {
      return;
    }
    List<MappedFile.Part> parts = new ArrayList<>(headers.size());
    for (Header header : headers) {
      boolean isWhole = header.compressedSize <= SMALL_ENTRY && !header.name.contains(DATA);
      long data = isWhole ? header.compressedSize : Math.min(header.compressedSize, START);
      // How long the extra fields of a local header are stands in it alone.
      long size = LOCAL_HEADER_SIZE + header.name.length() + USUAL_EXTRA + data;
      parts.add(new MappedFile.Part(header.localOffset, size));
    }
    file.willRead(parts);
  }

  private Header readCentralHeader(ByteCursor cursor)
      throws MalformedException, RefusedException, UnsupportedException {
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
    byte[] nameBytes = cursor.array(nameLength);
    byte[] extra = cursor.array(extraLength);
    cursor.skip(commentLength);
    boolean isWide = size == SATURATED || compressedSize == SATURATED || localOffset == SATURATED;
    ByteBuffer wide = isWide ? extraField(extra, ZIP64_EXTRA, start) : NO_EXTRA;
    if (size == SATURATED) {
      size = nextLong(wide, start);
    }
    if (compressedSize == SATURATED) {
      compressedSize = nextLong(wide, start);
    }
    if (localOffset == SATURATED) {
      localOffset = nextLong(wide, start);
    }
    String name = nameOf(nameBytes);
    // In UTF-8 only ASCII has as many characters as bytes: one text for both, as there may be many.
    String rawName = name.length() == nameBytes.length ? name : raw(nameBytes);
    checkUnicodePath(extra, nameBytes, start);
    if (name.indexOf('\0') >= 0) {
      throw ambiguous(start, "a name has a zero byte, where some readers end it");
    }
    if (disk > 1 && disk != 0xffff) {
      throw new UnsupportedException(
          place.at(start),
          "the archive spans several disks",
          new Remedy.Advice("join it into one file first"));
    }
    if ((flags & (FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED)) != 0) {
      throw new RefusedException(
          place.inEntry(name),
          "the entry is encrypted",
          new Remedy.Advice("decrypt the archive first"));
    }
    if (method != STORED && method != DEFLATED) {
      throw new UnsupportedException(
          place.inEntry(name),
          "the entry is compressed by method " + method + ", which PyTorch does not read",
          new Remedy.Advice("write the archive again, stored or deflated"));
    }
    return new Header(name, rawName, flags, method, crc, compressedSize, size, localOffset, start);
  }

  /** Checks that the local header says what the central one says; gives the first data byte. */
  private long checkLocalHeader(Header header) throws MalformedException, RefusedException {
    long at = header.localOffset;
    if (at < 0
        || header.compressedSize < 0
        || header.size < 0
        || at > file.size() - LOCAL_HEADER_SIZE) {
      throw new MalformedException(
          place.at(header.centralOffset),
          "the entry \"" + header.name + "\" lies outside of the file");
    }
    ByteCursor cursor = locals;
    cursor.position(at);
    if (cursor.i32() != LOCAL_HEADER) {
      throw new MalformedException(
          place.at(at), "the entry \"" + header.name + "\" does not begin here as it should");
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
    byte[] nameBytes = cursor.array(nameLength);
    byte[] extra = cursor.array(extraLength);
    boolean isWide = size == SATURATED || compressedSize == SATURATED;
    ByteBuffer wide = isWide ? extraField(extra, ZIP64_EXTRA, at) : NO_EXTRA;
    if (size == SATURATED && wide.hasRemaining()) {
      size = nextLong(wide, at);
    }
    if (compressedSize == SATURATED && wide.hasRemaining()) {
      compressedSize = nextLong(wide, at);
    }
    if (!raw(nameBytes).equals(header.rawName)) {
      throw disagree(at, header, "name, \"" + nameOf(nameBytes) + "\" here");
    }
    if (method != header.method) {
      throw disagree(at, header, "method");
    }
    int secret = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED;
    if ((flags & secret) != (header.flags & secret)) {
      throw disagree(at, header, "encryption flag");
    }
    // A streamed writer knows sizes and CRC-32 only behind the data, in a descriptor.
    boolean streamed = (flags & FLAG_DESCRIPTOR) != 0;
    if ((size != header.size && !(streamed && size == 0))
        || (compressedSize != header.compressedSize && !(streamed && compressedSize == 0))) {
      throw disagree(at, header, "size");
    }
    if (crc != 0 && crc != header.crc) {
      throw disagree(at, header, "CRC-32");
    }
    if (header.method == STORED && header.size != header.compressedSize) {
      throw ambiguous(
          header.centralOffset,
          "the stored entry \""
              + header.name
              + "\" has two sizes, "
              + header.compressedSize
              + " and "
              + header.size);
    }
    long data = cursor.position();
    if (header.compressedSize > file.size() - data) {
      throw new MalformedException(
          place.at(at), "the entry \"" + header.name + "\" runs past the end of the file");
    }
    return data;
  }

  /**
   * No byte may lie between the entries that a reader going from front to back could take for one.
   */
  private void checkExtents(List<Extent> extents, long directoryOffset) throws RefusedException {
    extents.sort(Comparator.comparingLong(Extent::start));
    Extent last = new Extent(0, 0, false);
    for (Extent extent : extents) {
      checkGap(last, extent.start, "two entries of the archive overlap");
      last = extent;
    }
    checkGap(last, directoryOffset, "an entry reaches into the central directory");
  }

  private void checkGap(Extent last, long next, String overlap) throws RefusedException {
    if (next < last.end) {
      throw ambiguous(next, overlap);
    }
    long gap = next - last.end;
    // A data descriptor has 12 bytes, 8 more with zip64 sizes, and mostly 4 more of a signature.
    boolean descriptor = last.streamed && (gap == 12 || gap == 16 || gap == 20 || gap == 24);
    if (gap != 0 && !descriptor) {
      throw ambiguous(
          last.end,
          last.end == 0
              ? "there are " + gap + " bytes before the first entry"
              : "there are " + gap + " bytes that belong to no entry");
    }
  }

  /** The content of an extra field; empty where there is none. */
  private ByteBuffer extraField(byte[] extra, int wanted, long at) throws MalformedException {
    return extraField(ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN), wanted, at);
  }

  /** The same for the next one; the fields are left behind it. */
  private ByteBuffer extraField(ByteBuffer fields, int wanted, long at) throws MalformedException {
    // Fewer than four bytes are padding, which some writers leave.
    while (fields.remaining() >= EXTRA_HEADER) {
      int id = fields.getShort() & 0xffff;
      int length = fields.getShort() & 0xffff;
      if (length > fields.remaining()) {
        throw new MalformedException(place.at(at), "an extra field runs past its header");
      }
      ByteBuffer content = fields.slice(fields.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      fields.position(fields.position() + length);
      if (id == wanted) {
        return content;
      }
    }
    return NO_EXTRA;
  }

  /**
   * Newer readers take the name from the Unicode path field of Info-ZIP where there is one, of
   * several the last, miniz never does.
   */
  private void checkUnicodePath(byte[] extra, byte[] name, long at)
      throws MalformedException, RefusedException {
    ByteBuffer fields = ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN);
    while (fields.remaining() >= EXTRA_HEADER) {
      ByteBuffer path = extraField(fields, UNICODE_PATH_EXTRA, at);
      // A version and the CRC-32 of the name in the header stand before the path.
      if (path.remaining() > 5 && !path.position(5).equals(ByteBuffer.wrap(name))) {
        throw ambiguous(at, "the entry \"" + nameOf(name) + "\" has a second name");
      }
    }
  }

  private long nextLong(ByteBuffer wide, long at) throws MalformedException {
    if (wide.remaining() < Long.BYTES) {
      throw new MalformedException(place.at(at), "the zip64 sizes of an entry are missing");
    }
    return wide.getLong();
  }

  /** The bytes of a name, each as one character. */
  private static String raw(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static String nameOf(byte[] bytes) {
    String utf8 = new String(bytes, StandardCharsets.UTF_8);
    // What is no UTF-8 was replaced, and does not give the same bytes again.
    return utf8.indexOf('\ufffd') < 0 || Arrays.equals(utf8.getBytes(StandardCharsets.UTF_8), bytes)
        ? utf8
        : raw(bytes);
  }

  private RefusedException disagree(long at, Header header, String what) {
    return ambiguous(
        at,
        "local header and central directory of the entry \""
            + header.name
            + "\" disagree in their "
            + what);
  }

  private RefusedException ambiguous(long at, String problem) {
    return new RefusedException(place.at(at), problem, AMBIGUOUS);
  }
}
