package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The entries of a ZIP as numbers in arrays: a checkpoint may have a million, and a few objects for
 * each would cost more memory and time than using them. Entries are numbered in the order of the
 * central directory.
 *
 * <p>Names are looked up regardless of ASCII case. The hash table is seeded differently in each
 * run, so that nobody can craft a file of colliding names.
 */
final class ZipDirectory {
  private static final long SECRET = ThreadLocalRandom.current().nextLong() | 1;

  private static final byte DEFLATED = 1;
  private static final byte STREAMED = 2;

  /** Roughly the longest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 16;

  private final MappedFile file;
  private int size;

  /** The bytes of all names, one after the other, as in the file. */
  private byte[] names = new byte[0];

  private int[] nameEnds;
  private byte[] kinds;
  private int[] crcs;
  private long[] compressedSizes;
  private long[] sizes;
  private long[] headers;

  /** Where the bytes of each begin, from its local header. */
  private int[] contents;

  /**
   * The hash table, with a power of two of slots. Each holds an entry's number plus one, or zero if
   * it is free.
   */
  private int[] places = new int[1];

  /** The entry found last: the next look-up is mostly for the one after it. */
  private int last = -1;

  /**
   * @param file what the archive is read from
   * @param expected about how many entries there will be
   */
  ZipDirectory(MappedFile file, int expected) {
    this.file = file;
    nameEnds = new int[expected];
    kinds = new byte[expected];
    crcs = new int[expected];
    compressedSizes = new long[expected];
    sizes = new long[expected];
    headers = new long[expected];
    contents = new int[expected];
  }

  /** How many entries there are. */
  int size() {
    return size;
  }

  // ---- Taking entries in

  /** How many bytes the names added so far have. */
  int nameBytes() {
    return size == 0 ? 0 : nameEnds[size - 1];
  }

  /**
   * Makes room for the name of the next entry.
   *
   * @return the array to write it to, from {@link #nameBytes} on
   */
  byte[] roomForName(int length) {
    int end = Math.addExact(nameBytes(), length);
    if (end > names.length) {
      names =
          Arrays.copyOf(names, (int) Math.min(MAX_LENGTH, Math.max(end, names.length * 3L / 2)));
    }
    return names;
  }

  /**
   * Adds an entry, whose name has been written into its room.
   *
   * @param header where its local header is
   * @param streamed whether a data descriptor follows its bytes
   */
  void add(
      int nameLength,
      boolean deflated,
      boolean streamed,
      int crc,
      long compressedSize,
      long uncompressedSize,
      long header) {
    int at = size;
    if (at == nameEnds.length) {
      grow((int) Math.min(MAX_LENGTH, Math.max(16, at * 3L / 2)));
    }
    nameEnds[at] = nameBytes() + nameLength;
    kinds[at] = (byte) ((deflated ? DEFLATED : 0) | (streamed ? STREAMED : 0));
    crcs[at] = crc;
    compressedSizes[at] = compressedSize;
    sizes[at] = uncompressedSize;
    headers[at] = header;
    size = at + 1;
  }

  private void grow(int length) {
    nameEnds = Arrays.copyOf(nameEnds, length);
    kinds = Arrays.copyOf(kinds, length);
    crcs = Arrays.copyOf(crcs, length);
    compressedSizes = Arrays.copyOf(compressedSizes, length);
    sizes = Arrays.copyOf(sizes, length);
    headers = Arrays.copyOf(headers, length);
    contents = Arrays.copyOf(contents, length);
  }

  /**
   * Indexes all entries by name.
   *
   * @return the first entry whose name is a duplicate, or the number of entries if there is none
   */
  int index() {
    places = new int[Integer.highestOneBit(Math.max(1, Math.min(size, 1 << 28))) * 4];
    for (int i = 0; i < size; i++) {
      int at = place(names, nameStart(i), nameEnds[i]);
      if (places[at] != 0) {
        return i;
      }
      places[at] = i + 1;
    }
    return size;
  }

  /** Sets where the bytes of an entry begin, counted from its local header. */
  void setContent(int entry, int content) {
    contents[entry] = content;
  }

  // ---- What there is

  /** The name as text. If it is not UTF-8, each byte is one character. */
  String name(int entry) {
    return nameOf(names, nameStart(entry), nameEnds[entry]);
  }

  static String nameOf(byte[] bytes, int from, int to) {
    String utf8 = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    // Bytes that are not UTF-8 were replaced, so the text does not encode to the same bytes.
    if (utf8.indexOf('\ufffd') >= 0) {
      byte[] again = utf8.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(again, 0, again.length, bytes, from, to)) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
      }
    }
    return utf8;
  }

  /** The bytes of a name, each as one character, in ASCII lower case. */
  String key(int entry) {
    byte[] key = Arrays.copyOfRange(names, nameStart(entry), nameEnds[entry]);
    for (int i = 0; i < key.length; i++) {
      key[i] = lower(key[i]);
    }
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  /**
   * Whether a name has this start and end, with something in between.
   *
   * @param start in lower case, as {@code end} is
   */
  boolean isBetween(int entry, byte[] start, byte[] end) {
    int from = nameStart(entry);
    int to = nameEnds[entry];
    return to - from > start.length + end.length
        && is(from, start, 0, start.length)
        && is(to - end.length, end, 0, end.length);
  }

  /** Whether a name has this ending, in any case. */
  boolean endsWith(int entry, byte[] end) {
    int to = nameEnds[entry];
    return to - nameStart(entry) >= end.length && is(to - end.length, end, 0, end.length);
  }

  /**
   * Whether a name may contain these bytes. False is certain; true may come from the end of one
   * name and the start of the next.
   *
   * @param part in lower case
   */
  boolean mayHold(byte[] part) {
    for (int i = 0; i <= nameBytes() - part.length; i++) {
      if (is(i, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  int nameLength(int entry) {
    return nameEnds[entry] - nameStart(entry);
  }

  /** The array that the name of an entry is in, from {@link #nameStart} on. */
  byte[] names() {
    return names;
  }

  int nameStart(int entry) {
    return entry == 0 ? 0 : nameEnds[entry - 1];
  }

  /** The entry of a name, or a negative number. */
  int find(byte[] name) {
    int next = last + 1;
    if (next < size
        && nameLength(next) == name.length
        && is(nameStart(next), name, 0, name.length)) {
      last = next;
      return next;
    }
    int found = places[place(name, 0, name.length)] - 1;
    if (found >= 0) {
      last = found;
    }
    return found;
  }

  /** The slot of a name, or the slot where it would go. */
  private int place(byte[] name, int from, int to) {
    int mask = places.length - 1;
    int at = hash(name, from, to) & mask;
    while (places[at] != 0) {
      int entry = places[at] - 1;
      if (nameLength(entry) == to - from && is(nameStart(entry), name, from, to)) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return at;
  }

  private static int hash(byte[] name, int from, int to) {
    long hash = SECRET;
    for (int i = from; i < to; i++) {
      hash = Long.rotateLeft((hash ^ lower(name[i])) * SECRET, 29);
    }
    return Long.hashCode(hash * SECRET);
  }

  private boolean is(int start, byte[] name, int from, int to) {
    for (int i = from, k = start; i < to; i++, k++) {
      if (names[k] != name[i] && lower(names[k]) != lower(name[i])) {
        return false;
      }
    }
    return true;
  }

  private static byte lower(byte c) {
    return c >= 'A' && c <= 'Z' ? (byte) (c - 'A' + 'a') : c;
  }

  boolean isDeflated(int entry) {
    return (kinds[entry] & DEFLATED) != 0;
  }

  /** Whether a data descriptor follows the bytes. */
  boolean isStreamed(int entry) {
    return (kinds[entry] & STREAMED) != 0;
  }

  /** The CRC-32 in the directory; 0 if none was computed. */
  int crc(int entry) {
    return crcs[entry];
  }

  long compressedSize(int entry) {
    return compressedSizes[entry];
  }

  long size(int entry) {
    return sizes[entry];
  }

  /** Where the local header is. */
  long header(int entry) {
    return headers[entry];
  }

  /** The offset after the content. */
  long end(int entry) {
    return headers[entry] + contents[entry] + compressedSizes[entry];
  }

  /**
   * The bytes of an entry.
   *
   * @param holder the entry that the bytes belong to, for messages
   */
  ByteSource bytes(int entry, ByteSource.Holder holder) {
    long start = headers[entry] + contents[entry];
    // Zero means that none was computed for this record: set_crc32_options(False), skip_data().
    long crc = crcs[entry] == 0 ? ByteSource.NO_CRC : crcs[entry] & 0xffff_ffffL;
    return isDeflated(entry)
        ? new ByteSource.Deflated(holder, file, start, compressedSizes[entry], sizes[entry], crc)
        : new ByteSource.Stored(holder, file, start, sizes[entry], crc);
  }
}
