package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SQLite (sqlite.org/fileformat2.html): pages fill the file, and the schema, a tree of pages that
 * starts at the first one, can be read. Python's {@code dbm.sqlite3} keeps a shelf, whose values
 * are pickles, in a table or view named Dict.
 */
final class SqliteStructure {
  private static final int HEADER = 100;
  private static final int LEAF = 0x0d;
  private static final int INTERIOR = 0x05;
  private static final int MOST_SCHEMA = 4 << 20;
  private static final int MOST_PAGES = 10_000;

  /** Texts of a database may be UTF-16; then there are zeros between these letters. */
  private static final Pattern DICT = Pattern.compile("(?i)(?<![a-z0-9_])dict(?![a-z0-9_])");

  private final FormatBytes in;
  private final long pageSize;
  private final long usable;
  private final long pages;
  private final ByteArrayOutputStream schema = new ByteArrayOutputStream();

  private SqliteStructure(FormatBytes in) {
    this.in = in;
    long size = in.u16Big(16);
    this.pageSize = size == 1 ? 1 << 16 : size;
    this.usable = pageSize - in.u8(20);
    this.pages = pageSize > 0 ? in.size() / pageSize : 0;
  }

  static Structure check(FormatBytes in) {
    return Structure.start(new SqliteStructure(in).schema() != null);
  }

  /** Why the database cannot be judged; null if it can. */
  static @Nullable String shelf(FormatBytes in) {
    String schema = new SqliteStructure(in).schema();
    return schema == null || DICT.matcher(schema.replace("\0", "")).find()
        ? "databases with a table Dict are not read; it may be a shelf (shelve), whose values are"
            + " pickles"
        : null;
  }

  /** All rows of the schema; null if it cannot be read. */
  private @Nullable String schema() {
    if (pageSize < 512
        || Long.bitCount(pageSize) != 1
        || usable < 480
        || pages == 0
        || in.size() != pages * pageSize
        || (in.u32Big(28) != pages && in.u32Big(24) == in.u32Big(92))) {
      return null;
    }
    Deque<Long> next = new ArrayDeque<>();
    Set<Long> seen = new HashSet<>();
    next.add(1L);
    while (!next.isEmpty()) {
      long page = next.remove();
      if (page < 1 || page > pages || seen.size() >= MOST_PAGES || !seen.add(page)) {
        return null;
      }
      if (!page(page, next)) {
        return null;
      }
    }
    return schema.toString(StandardCharsets.ISO_8859_1);
  }

  private boolean page(long page, Deque<Long> next) {
    long start = (page - 1) * pageSize;
    long at = start + (page == 1 ? HEADER : 0);
    long type = in.u8(at);
    long cells = in.u16Big(at + 3);
    if (type != LEAF && type != INTERIOR) {
      return false;
    }
    long pointers = at + (type == LEAF ? 8 : 12);
    for (long i = 0; i < cells; i++) {
      long cell = in.u16Big(pointers + 2 * i);
      if (cell < 0 || cell >= usable) {
        return false;
      }
      if (type == INTERIOR) {
        next.add(in.u32Big(start + cell));
      } else if (!row(start, start + cell)) {
        return false;
      }
    }
    if (type == INTERIOR) {
      next.add(in.u32Big(at + 8));
    }
    return true;
  }

  /** Keeps the content of a row, which may continue on other pages. */
  private boolean row(long start, long cell) {
    long[] payload = varint(cell);
    long[] key = varint(payload[1]);
    long length = payload[0];
    if (key[1] == NONE || length < 0 || length > MOST_SCHEMA - schema.size()) {
      return false;
    }
    long local = length;
    if (length > usable - 35) {
      long least = (usable - 12) * 32 / 255 - 23;
      long fitting = least + (length - least) % (usable - 4);
      local = fitting <= usable - 35 ? fitting : least;
    }
    if (!keep(key[1], local, start + usable)) {
      return false;
    }
    long left = length - local;
    long overflow = left > 0 ? in.u32Big(key[1] + local) : 0;
    while (left > 0) {
      long at = (overflow - 1) * pageSize;
      long part = Math.min(left, usable - 4);
      if (overflow < 1 || overflow > pages || !keep(at + 4, part, at + usable)) {
        return false;
      }
      overflow = in.u32Big(at);
      left -= part;
    }
    return true;
  }

  private boolean keep(long at, long length, long end) {
    if (at > end - length || !in.fits(at, length)) {
      return false;
    }
    schema.writeBytes(in.copy(at, (int) length));
    return true;
  }

  /** A big-endian number of up to nine bytes, and the offset after it. */
  private long[] varint(long from) {
    long number = 0;
    for (int i = 0; i < 9 && from >= 0; i++) {
      long part = in.u8(from + i);
      if (part == NONE) {
        break;
      }
      if (i == 8) {
        return new long[] {number << 8 | part, from + i + 1};
      }
      number = number << 7 | (part & 0x7f);
      if (part < 0x80) {
        return new long[] {number, from + i + 1};
      }
    }
    return new long[] {NONE, NONE};
  }
}
