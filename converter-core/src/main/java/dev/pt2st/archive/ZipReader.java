package dev.pt2st.archive;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

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
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_END_SIZE = 56;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int ZIP64_LOCATOR_SIZE = 20;
  private static final int ZIP64_EXTRA = 0x0001;
  private static final int MAX_COMMENT = 0xffff;

  private static final int FLAG_ENCRYPTED = 1;
  private static final int FLAG_DESCRIPTOR = 1 << 3;
  private static final int FLAG_STRONG_ENCRYPTION = 1 << 6;
  private static final int FLAG_MASKED = 1 << 13;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final long SATURATED = 0xffff_ffffL;
  private static final ByteBuffer NO_EXTRA = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private static final String AMBIGUOUS =
      "two readers could see two different files, as in attacks on scanners: do not trust it";

  private final MappedFile file;
  private final Place place;
  private final ByteCursor locals;

  private ZipReader(MappedFile file) {
    this.file = file;
    this.place = Place.of(file.path());
    this.locals = new ByteCursor(file.segment(), place);
  }

  /** Reads and checks the directory. */
  static ZipArchive read(MappedFile file)
      throws MalformedException, RefusedException, UnsupportedException {
    return new ZipReader(file).read();
  }

  private record End(long directoryOffset, long directorySize, long entries, long endOffset) {}

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

  private ZipArchive read() throws MalformedException, RefusedException, UnsupportedException {
    End end = readEnd();
    List<Header> headers = readDirectory(end);
    boolean noChecksums = headers.stream().allMatch(header -> header.crc == 0);
    Map<String, Header> byKey = HashMap.newHashMap(headers.size());
    List<ZipEntry> entries = new ArrayList<>(headers.size());
    List<long[]> extents = new ArrayList<>(headers.size());
    for (Header header : headers) {
      String key = ZipArchive.keyOf(header.rawName);
      Header other = byKey.put(key, header);
      if (other != null) {
        throw ambiguous(
            header.centralOffset,
            "the archive has the entries \"" + other.name + "\" and \"" + header.name + "\"");
      }
      long data = checkLocalHeader(header);
      extents.add(new long[] {header.localOffset, data + header.compressedSize});
      OptionalInt crc = noChecksums ? OptionalInt.empty() : OptionalInt.of(header.crc);
      ByteSource bytes =
          header.method == STORED
              ? new ByteSource.Stored(header.name, file, data, header.size, crc)
              : new ByteSource.Deflated(
                  header.name, file, data, header.compressedSize, header.size, crc);
      entries.add(new ZipEntry(header.name, key, bytes));
    }
    checkExtents(extents, end.directoryOffset);
    return new ZipArchive(entries);
  }

  /** Finds the one end record, and the zip64 one where there is a locator before it. */
  private End readEnd() throws MalformedException, RefusedException, UnsupportedException {
    long size = file.size();
    if (size < END_SIZE) {
      throw cutShort();
    }
    ByteCursor cursor = new ByteCursor(file.segment(), place);
    long found = -1;
    for (long at = size - END_SIZE; at >= Math.max(0, size - END_SIZE - MAX_COMMENT); at--) {
      cursor.position(at);
      if (cursor.i32() == END) {
        if (found < 0) {
          // As miniz and Python do: the last one, whatever its comment.
          found = at;
        } else if (endsAt(cursor, at) == size) {
          // A reader that asks for a comment up to the end would take this one.
          throw ambiguous(at, "the archive has more than one end record");
        }
      }
    }
    if (found < 0) {
      throw cutShort();
    }
    cursor.position(found + 4);
    int disk = cursor.u16();
    int directoryDisk = cursor.u16();
    int entriesHere = cursor.u16();
    int entries = cursor.u16();
    long directorySize = cursor.u32();
    long directoryOffset = cursor.u32();
    int comment = cursor.u16();
    if (cursor.position() + comment != size) {
      throw ambiguous(
          found,
          "the end record announces a comment of "
              + comment
              + " bytes and "
              + (size - cursor.position())
              + " follow");
    }
    if (disk != directoryDisk || disk > 1 || entriesHere != entries) {
      throw new UnsupportedException(
          place.at(found), "the archive spans several disks", "join it into one file first");
    }
    End plain = new End(directoryOffset, directorySize, entries, found);
    End end = readZip64(cursor, found, plain);
    if (end.directoryOffset < 0
        || end.directorySize < 0
        || end.directoryOffset > size
        || end.directorySize != end.endOffset - end.directoryOffset) {
      throw ambiguous(
          found,
          "the central directory ("
              + Long.toUnsignedString(end.directorySize)
              + " bytes at "
              + Long.toUnsignedString(end.directoryOffset)
              + ") does not end where the end record begins");
    }
    return end;
  }

  private static long endsAt(ByteCursor cursor, long end) throws MalformedException {
    cursor.position(end + END_SIZE - 2);
    return end + END_SIZE + cursor.u16();
  }

  private End readZip64(ByteCursor cursor, long endOffset, End plain)
      throws MalformedException, RefusedException, UnsupportedException {
    boolean saturated =
        plain.entries == 0xffff
            || plain.directoryOffset == SATURATED
            || plain.directorySize == SATURATED;
    long locator = endOffset - ZIP64_LOCATOR_SIZE;
    if (locator >= 0) {
      cursor.position(locator);
      if (cursor.i32() == ZIP64_LOCATOR) {
        cursor.u32();
        long at = cursor.i64();
        if (at != locator - ZIP64_END_SIZE || at < 0) {
          throw ambiguous(locator, "the zip64 end record is not where its locator says");
        }
        return readZip64End(cursor, at, plain);
      }
    }
    if (saturated && plain.directorySize + plain.directoryOffset != endOffset) {
      throw new MalformedException(
          place.at(endOffset), "the end record asks for a zip64 one, which is not there");
    }
    return plain;
  }

  private End readZip64End(ByteCursor cursor, long at, End plain)
      throws MalformedException, RefusedException, UnsupportedException {
    cursor.position(at);
    if (cursor.i32() != ZIP64_END) {
      throw ambiguous(at, "the zip64 end record is not where its locator says");
    }
    long recordSize = cursor.i64();
    cursor.u16();
    cursor.u16();
    long disk = cursor.u32();
    long directoryDisk = cursor.u32();
    long entriesHere = cursor.i64();
    long entries = cursor.i64();
    long directorySize = cursor.i64();
    long directoryOffset = cursor.i64();
    if (recordSize != ZIP64_END_SIZE - 12) {
      throw ambiguous(at, "the zip64 end record has a size of " + recordSize);
    }
    if (disk != directoryDisk || disk > 1 || entriesHere != entries) {
      throw new UnsupportedException(
          place.at(at), "the archive spans several disks", "join it into one file first");
    }
    if (differs(plain.entries, entries, 0xffff)
        || differs(plain.directorySize, directorySize, SATURATED)
        || differs(plain.directoryOffset, directoryOffset, SATURATED)) {
      throw ambiguous(at, "the end record and the zip64 end record disagree");
    }
    return new End(directoryOffset, directorySize, entries, at);
  }

  private static boolean differs(long plain, long wide, long saturated) {
    return plain != saturated && plain != wide;
  }

  private List<Header> readDirectory(End end)
      throws MalformedException, RefusedException, UnsupportedException {
    ByteCursor cursor =
        new ByteCursor(
            file.segment().asSlice(end.directoryOffset, end.directorySize),
            place,
            end.directoryOffset);
    List<Header> headers = new ArrayList<>();
    while (cursor.remaining() > 0) {
      headers.add(readCentralHeader(cursor));
    }
    if (headers.size() != end.entries) {
      throw ambiguous(
          end.endOffset,
          "the end record counts "
              + Long.toUnsignedString(end.entries)
              + " entries and the central directory has "
              + headers.size());
    }
    return headers;
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
    cursor.slice(commentLength);
    boolean isWide = size == SATURATED || compressedSize == SATURATED || localOffset == SATURATED;
    ByteBuffer wide = isWide ? zip64Extra(extra, start) : NO_EXTRA;
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
    if (name.indexOf('\0') >= 0) {
      throw ambiguous(start, "a name has a zero byte, where some readers end it");
    }
    if (disk > 1 && disk != 0xffff) {
      throw new UnsupportedException(
          place.at(start), "the archive spans several disks", "join it into one file first");
    }
    if ((flags & (FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED)) != 0) {
      throw new UnsupportedException(
          place.inEntry(name), "the entry is encrypted", "decrypt the archive first");
    }
    if (method != STORED && method != DEFLATED) {
      throw new UnsupportedException(
          place.inEntry(name),
          "the entry is compressed by method " + method + ", which PyTorch does not read",
          "write the archive again, stored or deflated");
    }
    return new Header(
        name, raw(nameBytes), flags, method, crc, compressedSize, size, localOffset, start);
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
    ByteBuffer wide = isWide ? zip64Extra(extra, at) : NO_EXTRA;
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

  private void checkExtents(List<long[]> extents, long directoryOffset) throws RefusedException {
    extents.sort(Comparator.comparingLong(extent -> extent[0]));
    long end = 0;
    for (long[] extent : extents) {
      if (end == 0 && extent[0] != 0) {
        throw ambiguous(0, "there are " + extent[0] + " bytes before the first entry");
      }
      if (extent[0] < end) {
        throw ambiguous(extent[0], "two entries of the archive overlap");
      }
      end = extent[1];
    }
    if (end > directoryOffset) {
      throw ambiguous(directoryOffset, "an entry reaches into the central directory");
    }
  }

  /** The content of the zip64 extra field; empty where there is none. */
  private ByteBuffer zip64Extra(byte[] extra, long at) throws MalformedException {
    ByteBuffer fields = ByteBuffer.wrap(extra).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    // Fewer than four bytes are padding, which some writers leave.
    while (fields.remaining() >= 4) {
      int id = fields.getShort() & 0xffff;
      int length = fields.getShort() & 0xffff;
      if (length > fields.remaining()) {
        throw new MalformedException(place.at(at), "an extra field runs past its header");
      }
      if (id == ZIP64_EXTRA) {
        return fields.slice(fields.position(), length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      }
      fields.position(fields.position() + length);
    }
    return NO_EXTRA;
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

  private MalformedException cutShort() {
    return new MalformedException(
        place, "the archive has no end record, so it is cut short", "download or copy it again");
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
