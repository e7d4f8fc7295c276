package dev.pt2st.archive;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.work.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Every entry that any reader could see in a ZIP. It follows each end record to its central
 * directory, with offsets from the start of the file and from the start of the archive, and it
 * follows the local headers from front to back. It refuses nothing and trusts nothing: if two
 * headers of an entry disagree, both readings are listed. It serves to scan files that {@link
 * ZipArchive#read} rejects.
 */
public final class ZipSurvey {
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_SIZE = 46;
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_END_SIZE = 56;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int ZIP64_LOCATOR_SIZE = 20;

  /** One more than the longest comment: Python's zipfile searches this far for the end record. */
  private static final int MAX_COMMENT = 1 << 16;

  private static final int ENTRIES_PER_LOOK_AT_THE_CLOCK = 1 << 10;
  private static final int STORED = 0;
  private static final int ZIP64_EXTRA = 0x0001;
  private static final int UNICODE_PATH_EXTRA = 0x7075;

  /** A version and a CRC-32 precede the path. */
  private static final int PATH_AT = 5;

  private static final int FLAG_ENCRYPTED = 1;
  private static final int FLAG_DESCRIPTOR = 1 << 3;
  private static final long SATURATED = 0xffff_ffffL;
  private static final int PIECE = 1 << 16;

  /** How far signatures are searched for if sizes do not lead from one entry to the next. */
  private static final long SEARCHED = 64L << 20;

  private final MappedFile file;
  private final Limits limits;
  private final Deadline deadline;
  private final boolean searchAll;
  private final Map<Found, Found> found = new LinkedHashMap<>();
  private final Set<CentralHeader> headers = new HashSet<>();
  private long searched;
  private long looked;

  /**
   * A header of a central directory that was already read.
   *
   * @param shift what was added to the offset of its local header
   */
  private record CentralHeader(long at, long shift) {}

  /**
   * An entry as one of its headers describes it.
   *
   * @param name one of its names, as there may be several; bytes that are not UTF-8 are replaced
   * @param offset where its data begins in the file
   * @param compressedSize how many bytes of data there are, cut off at the end of the file
   * @param size how many there are when decompressed, according to the header
   * @param method the compression method: 0 stored, 8 deflated
   * @param encrypted whether a password is needed
   */
  public record Found(
      String name, long offset, long compressedSize, long size, int method, boolean encrypted) {}

  private ZipSurvey(MappedFile file, Limits limits, Deadline deadline, boolean searchAll) {
    this.file = file;
    this.limits = limits;
    this.deadline = deadline;
    this.searchAll = searchAll;
  }

  /** Whether a file ends, or may end, with a ZIP end record. */
  public static boolean hasEnd(MappedFile file) {
    return lastEnd(file, file.size()) >= 0;
  }

  /** Where the comment after the last end record begins; the size of the file if there is none. */
  public static long commentOf(MappedFile file) {
    long end = lastEnd(file, file.size());
    return end < 0 ? file.size() : end + END_SIZE;
  }

  /**
   * Surveys a file.
   *
   * @param deadline the deadline of the file that contains the archive
   * @param searchAll whether all of a large file is searched for signatures
   * @throws LimitException if there are more entries than the limit
   */
  public static Collection<Found> of(
      MappedFile file, Limits limits, Deadline deadline, boolean searchAll) throws LimitException {
    ZipSurvey survey = new ZipSurvey(file, limits, deadline, searchAll);
    survey.byEnds();
    survey.byLocalHeaders();
    return Collections.unmodifiableCollection(survey.found.values());
  }

  private int u16(long at) {
    return file.i16(at) & 0xffff;
  }

  private long u32(long at) {
    return file.i32(at) & SATURATED;
  }

  private boolean is(int signature, long at, long size) {
    return is(file, signature, at, size);
  }

  private static boolean is(MappedFile file, int signature, long at, long size) {
    return at >= 0 && at <= file.size() - size && file.i32(at) == signature;
  }

  /**
   * The last end record before an offset, at most the length of a comment away; negative if none.
   */
  private static long lastEnd(MappedFile file, long before) {
    long first = Math.max(0, file.size() - END_SIZE - MAX_COMMENT);
    long last = Math.min(before, file.size() - END_SIZE);
    if (last < first) {
      return -1;
    }
    byte[] tail = file.start(first, Math.toIntExact(last - first) + 1);
    for (int at = tail.length - 1; at >= 0; at--) {
      if (tail[at] == 'P' && is(file, END, first + at, END_SIZE)) {
        return first + at;
      }
    }
    return -1;
  }

  private void byEnds() throws LimitException {
    for (long end = lastEnd(file, file.size()); end >= 0; end = lastEnd(file, end - 1)) {
      directories(end, u32(end + 12), u32(end + 16));
      long locator = end - ZIP64_LOCATOR_SIZE;
      if (is(ZIP64_LOCATOR, locator, ZIP64_LOCATOR_SIZE)) {
        // Python takes the record directly before the locator; others take the one that the locator
        // points to.
        byWideEnd(locator - ZIP64_END_SIZE);
        byWideEnd(file.i64(locator + 8));
      }
    }
  }

  private void byWideEnd(long at) throws LimitException {
    if (is(ZIP64_END, at, ZIP64_END_SIZE)) {
      directories(at, file.i64(at + 40), file.i64(at + 48));
    }
  }

  /**
   * Reads the directory where the end record says, and the one directly before the end record, in
   * case other data precedes the archive.
   */
  private void directories(long end, long size, long offset) throws LimitException {
    directory(offset, 0);
    directory(end - size, end - size - offset);
  }

  /**
   * Reads a central directory as far as possible.
   *
   * @param shift what is added to the offsets of local headers
   */
  private void directory(long start, long shift) throws LimitException {
    long at = start;
    // Many end records may point to one directory, or each further into it.
    while (is(CENTRAL, at, CENTRAL_SIZE) && headers.add(new CentralHeader(at, shift))) {
      checkTime(at);
      if (headers.size() > 2 * limits.get(Limit.ENTRIES)) {
        throw tooManyEntries();
      }
      int nameLength = u16(at + 28);
      int extraLength = u16(at + 30);
      long extra = at + CENTRAL_SIZE + nameLength;
      long compressedSize = u32(at + 20);
      long size = u32(at + 24);
      long local = u32(at + 42);
      // Python goes through all fields of this kind, miniz takes the first. The first is enough
      // here.
      for (long wide = field(ZIP64_EXTRA, extra, extra, extraLength);
          wide >= 0;
          wide = field(ZIP64_EXTRA, extra, wide, extraLength)) {
        long value = wide;
        if ((size == SATURATED || size == -1) && fits(value, 8)) {
          size = file.i64(value);
          value += 8;
        }
        if (compressedSize == SATURATED && fits(value, 8)) {
          compressedSize = file.i64(value);
          value += 8;
        }
        if (local == SATURATED && fits(value, 8)) {
          local = file.i64(value);
        }
      }
      long header = local + shift;
      if (is(LOCAL, header, LOCAL_SIZE)) {
        long data = header + LOCAL_SIZE + u16(header + 26) + u16(header + 28);
        add(name(at + CENTRAL_SIZE, nameLength), data, compressedSize, size, u16(at + 10), at + 8);
        for (long path = field(UNICODE_PATH_EXTRA, extra, extra, extraLength);
            path >= 0;
            path = field(UNICODE_PATH_EXTRA, extra, path, extraLength)) {
          String name = name(path + PATH_AT, Math.max(0, u16(path - 2) - PATH_AT));
          add(name, data, compressedSize, size, u16(at + 10), at + 8);
        }
        local(header);
      }
      at = extra + extraLength + u16(at + 32);
    }
  }

  private boolean fits(long at, long size) {
    return at >= 0 && at <= file.size() - size;
  }

  private void checkTime(long at) throws LimitException {
    if (++looked % ENTRIES_PER_LOOK_AT_THE_CLOCK == 0) {
      deadline.check(() -> Place.of(file.name()).at(at));
    }
  }

  /**
   * Where the content of the next extra field with an id begins; negative if there is none.
   *
   * @param from where the fields begin, or the content of an earlier one
   */
  private long field(int wanted, long start, long from, int length) {
    long end = Math.min(start + length, file.size());
    long at = from == start ? start : from + u16(from - 2);
    for (; at + 4 <= end; at += 4 + u16(at + 2)) {
      if (u16(at) == wanted) {
        return at + 4;
      }
    }
    return -1;
  }

  /** A name up to a zero byte, where Python's zipfile ends it. */
  private String name(long at, int length) {
    String name = new String(file.start(Math.min(at, file.size()), length), StandardCharsets.UTF_8);
    int end = name.indexOf('\0');
    return end < 0 ? name : name.substring(0, end);
  }

  private void add(String name, long data, long compressedSize, long size, int method, long flagsAt)
      throws LimitException {
    if (data < 0 || data > file.size()) {
      return;
    }
    long left = file.size() - data;
    long there = compressedSize < 0 || compressedSize > left ? left : compressedSize;
    boolean encrypted = (u16(flagsAt) & FLAG_ENCRYPTED) != 0;
    Found entry = new Found(name, data, there, Math.max(0, size), method, encrypted);
    found.putIfAbsent(entry, entry);
    if (method == STORED && size >= 0 && size < there) {
      // Python's zipfile gives out as much as the smaller of the two sizes.
      Found shorter = new Found(name, data, size, size, method, encrypted);
      found.putIfAbsent(shorter, shorter);
    }
    if (found.size() > limits.get(Limit.ENTRIES)) {
      throw tooManyEntries();
    }
  }

  private LimitException tooManyEntries() {
    return new LimitException(
        Place.of(file.name()),
        Limit.ENTRIES,
        "the archive has more than " + limits.get(Limit.ENTRIES) + " entries");
  }

  /**
   * Adds an entry as its local header describes it.
   *
   * @return the offset after its data, as far as that is known
   */
  private long local(long at) throws LimitException {
    int nameLength = u16(at + 26);
    long extra = at + LOCAL_SIZE + nameLength;
    long data = extra + u16(at + 28);
    long compressedSize = u32(at + 18);
    long size = u32(at + 22);
    long wide = field(ZIP64_EXTRA, extra, extra, u16(at + 28));
    if (wide >= 0 && size == SATURATED && fits(wide, 8)) {
      size = file.i64(wide);
      wide += 8;
    }
    if (wide >= 0 && compressedSize == SATURATED && fits(wide, 8)) {
      compressedSize = file.i64(wide);
    }
    if ((u16(at + 6) & FLAG_DESCRIPTOR) != 0 && compressedSize == 0) {
      // Only what follows it shows how long it is.
      return data;
    }
    add(name(at + LOCAL_SIZE, nameLength), data, compressedSize, size, u16(at + 8), at + 6);
    return compressedSize < 0 || compressedSize > file.size() - data ? data : data + compressedSize;
  }

  private void byLocalHeaders() throws LimitException {
    long at = nextLocal(0);
    while (at >= 0) {
      checkTime(at);
      long behind = local(at);
      long next = nextLocal(Math.max(behind, at + LOCAL_SIZE));
      if ((u16(at + 6) & FLAG_DESCRIPTOR) != 0 && u32(at + 18) == 0) {
        long end = next < 0 ? file.size() : next;
        long data = at + LOCAL_SIZE + u16(at + 26) + u16(at + 28);
        add(
            name(at + LOCAL_SIZE, u16(at + 26)),
            data,
            Math.max(0, end - data),
            Long.MAX_VALUE,
            u16(at + 8),
            at + 6);
      }
      at = next;
    }
  }

  /** The next local header at or after an offset; negative if there is none. */
  private long nextLocal(long from) {
    if (is(LOCAL, from, LOCAL_SIZE)) {
      return from;
    }
    long at = from;
    while (at <= file.size() - LOCAL_SIZE && (searchAll || searched < SEARCHED)) {
      byte[] piece = file.start(at, PIECE);
      for (int i = 0; i + 4 <= piece.length; i++) {
        if (piece[i] == 'P' && piece[i + 1] == 'K' && piece[i + 2] == 3 && piece[i + 3] == 4) {
          searched += i;
          return is(LOCAL, at + i, LOCAL_SIZE) ? at + i : -1;
        }
      }
      searched += piece.length;
      at += piece.length - 3;
    }
    return -1;
  }
}
