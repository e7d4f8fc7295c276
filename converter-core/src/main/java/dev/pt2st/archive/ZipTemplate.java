package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;
import dev.pt2st.io.LittleEndian;
import dev.pt2st.io.MappedFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A ZIP that was read and found sound, as a template for others. If another archive is the same
 * byte for byte except for the content of some stored records and their CRC-32, it has the same
 * entries at the same offsets and is sound too. A checkpoint in a million pieces is a million
 * archives with few different templates.
 *
 * <p>The reader looks into the content of records only for a second end record, and so does this
 * class.
 */
public final class ZipTemplate {
  /** An archive with more bytes than this outside those records is not used as a template. */
  private static final long MOST_SOLID = 1 << 16;

  private static final int END_SIZE = 22;
  private static final int END = 0x06054b50;
  private static final int DIRECTORY_OFFSET_AT = 16;
  private static final long SATURATED = 0xffff_ffffL;

  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_HEADER_SIZE = 46;
  private static final int CRC_AT = 16;
  private static final int NAME_LENGTH_AT = 28;
  private static final int EXTRA_LENGTH_AT = 30;
  private static final int COMMENT_LENGTH_AT = 32;
  private static final int LOCAL_OFFSET_AT = 42;
  private static final int LOCAL_CRC_AT = 14;

  /**
   * Bytes of the start of a data descriptor: its signature and CRC-32, or CRC-32 and a size. The
   * reader skips all of it.
   */
  private static final int DESCRIPTOR_START = 8;

  /**
   * The best size of a buffer for {@link #fits}, in bytes: small enough to stay in the CPU's cache.
   */
  public static final int BUFFER = 1 << 13;

  /** Bytes of an end record with the longest comment. */
  private static final int TAIL = END_SIZE + 0xffff;

  private final long size;
  private final List<Solid> solid;
  private final List<Hole> holes;
  private final List<Free> free;

  /** A range of bytes that all archives of this template share. */
  private record Solid(long offset, MemorySegment bytes) {}

  /**
   * A record that differs.
   *
   * @param offset the offset of its content in the archive
   * @param crcOffset where the central directory has its CRC-32
   * @param localCrcOffset where its local header has the CRC-32, or a zero instead
   */
  public record Free(ZipEntry entry, long offset, long size, long crcOffset, long localCrcOffset) {}

  /** A range of arbitrary bytes. */
  private record Hole(long start, long end) {}

  private ZipTemplate(long size, List<Solid> solid, List<Hole> holes, List<Free> free) {
    this.size = size;
    this.solid = solid;
    this.holes = holes;
    this.free = free;
  }

  /**
   * Makes a template.
   *
   * @param file the whole file of the archive
   * @param isFree which records may differ in others
   * @return null if the archive cannot serve as one: it is large even without these records, or
   *     they are compressed
   */
  public static @Nullable ZipTemplate of(
      MappedFile file, ZipArchive archive, Predicate<ZipEntry> isFree) {
    long size = file.size();
    long directory = directoryOffset(file);
    if (directory < 0) {
      return null;
    }
    List<Free> free = new ArrayList<>();
    List<Long> starts = new ArrayList<>(List.of(directory));
    long at = directory;
    for (ZipEntry entry : archive.entries()) {
      if (size - at < CENTRAL_HEADER_SIZE || file.i32(at) != CENTRAL_HEADER) {
        return null;
      }
      long local = file.i32(at + LOCAL_OFFSET_AT) & SATURATED;
      starts.add(local);
      if (isFree.test(entry)) {
        if (!(entry.bytes() instanceof ByteSource.Stored stored) || local == SATURATED) {
          return null;
        }
        free.add(
            new Free(entry, stored.offset(), stored.size(), at + CRC_AT, local + LOCAL_CRC_AT));
      }
      at +=
          CENTRAL_HEADER_SIZE
              + (file.i16(at + NAME_LENGTH_AT) & 0xffff)
              + (file.i16(at + EXTRA_LENGTH_AT) & 0xffff)
              + (file.i16(at + COMMENT_LENGTH_AT) & 0xffff);
    }
    List<Hole> holes = holes(free, starts);
    long covered = holes.stream().mapToLong(hole -> hole.end - hole.start).sum();
    return size - covered > MOST_SOLID
        ? null
        : new ZipTemplate(size, solid(file, holes), holes, List.copyOf(free));
  }

  /**
   * The ranges that may differ.
   *
   * @param starts where entries and the central directory begin
   */
  private static List<Hole> holes(List<Free> free, List<Long> starts) {
    List<Hole> holes = new ArrayList<>();
    for (Free record : free) {
      long end = record.offset + record.size;
      // An entry begins here, or a data descriptor before it.
      boolean hasDescriptor = !starts.contains(end);
      holes.add(new Hole(record.offset, hasDescriptor ? end + DESCRIPTOR_START : end));
      holes.add(new Hole(record.crcOffset, record.crcOffset + Integer.BYTES));
      holes.add(new Hole(record.localCrcOffset, record.localCrcOffset + Integer.BYTES));
    }
    holes.sort(Comparator.comparingLong(Hole::start));
    return List.copyOf(holes);
  }

  /**
   * Where the central directory begins, for an archive without a comment and of less than 4 GB;
   * negative for others.
   */
  private static long directoryOffset(MappedFile file) {
    long end = file.size() - END_SIZE;
    if (end < 0 || file.i32(end) != END) {
      return -1;
    }
    long offset = file.i32(end + DIRECTORY_OFFSET_AT) & SATURATED;
    return offset == SATURATED ? -1 : offset;
  }

  private static List<Solid> solid(MappedFile file, List<Hole> holes) {
    List<Solid> solid = new ArrayList<>();
    long at = 0;
    for (Hole hole : holes) {
      addSolid(file, at, hole.start, solid);
      at = hole.end;
    }
    addSolid(file, at, file.size(), solid);
    return solid;
  }

  private static void addSolid(MappedFile file, long from, long to, List<Solid> solid) {
    if (from < to) {
      byte[] bytes = file.bytes(from, to - from).toArray(ValueLayout.JAVA_BYTE);
      solid.add(new Solid(from, MemorySegment.ofArray(bytes)));
    }
  }

  /** The size of such an archive, in bytes. */
  public long size() {
    return size;
  }

  /** The records that differ, in the order of the central directory. */
  public List<Free> free() {
    return free;
  }

  /** The CRC-32 of a record in an archive of this template; 0 if none was computed. */
  public static int crc32(MemorySegment archive, Free record) {
    return archive.get(LittleEndian.INT, record.crcOffset);
  }

  /**
   * Whether bytes are an archive of this template.
   *
   * @param buffer a buffer for searching, reused so that a million archives need no array each
   */
  public boolean fits(MemorySegment archive, byte[] buffer) {
    if (archive.byteSize() != size) {
      return false;
    }
    for (Solid part : solid) {
      long length = part.bytes.byteSize();
      if (MemorySegment.mismatch(archive, part.offset, part.offset + length, part.bytes, 0, length)
          >= 0) {
        return false;
      }
    }
    for (Free record : free) {
      int local = archive.get(LittleEndian.INT, record.localCrcOffset);
      if (local != 0 && local != crc32(archive, record)) {
        return false;
      }
    }
    for (Hole hole : holes) {
      if (mayHideAnEnd(archive, hole, buffer)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an end record may begin in a hole, or begin before it and reach into it. */
  private boolean mayHideAnEnd(MemorySegment archive, Hole hole, byte[] buffer) {
    long from = Math.max(Math.max(0, size - TAIL), hole.start - Integer.BYTES + 1);
    long to = Math.min(hole.end + Integer.BYTES - 1, size);
    // Pieces overlap by one byte less than a signature.
    for (long at = from; to - at >= Integer.BYTES; at += buffer.length - Integer.BYTES + 1) {
      int length = (int) Math.min(buffer.length, to - at);
      MemorySegment.copy(archive, ValueLayout.JAVA_BYTE, at, buffer, 0, length);
      if (hasEnd(buffer, length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the signature of an end record is among the first bytes of an array. */
  private static boolean hasEnd(byte[] bytes, int length) {
    // Looks at where a signature's fourth byte could be. If the byte there is none of the first
    // three, the next signature ends at least four bytes later.
    int at = Integer.BYTES - 1;
    while (at < length) {
      byte last = bytes[at];
      if (last == 6 && bytes[at - 1] == 5 && bytes[at - 2] == 'K' && bytes[at - 3] == 'P') {
        return true;
      }
      at += last == 5 || last == 'K' || last == 'P' ? 1 : Integer.BYTES;
    }
    return false;
  }
}
