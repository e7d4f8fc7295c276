package dev.pt2st.bench.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a ZIP as the miniz inside PyTorch does: records stored, aligned by an extra field, with
 * sizes and CRC-32 in a data descriptor behind the data; zip64 fields where a number does not fit
 * 32 bits, and a zip64 end always.
 */
final class ZipWriter {
  /** A record's data begins at a multiple of this many bytes. */
  static final int ALIGNMENT = 64;

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int DATA_DESCRIPTOR = 0x08074b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int END = 0x06054b50;

  private static final int LOCAL_HEADER_BYTES = 30;

  /** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
  private static final int FLAGS = 1 << 3 | 1 << 11;

  private static final int ZIP64_FIELD = 1;
  private static final int FIELD_HEADER_BYTES = 4;

  /** Sizes and offsets from this many bytes on are in the zip64 field. */
  private static final long NEEDS_64_BITS = 0xffffffffL;

  private static final int MOST_RECORDS = 0xffff;

  private record Entry(String name, int crc, long size, long offset) {
    byte[] path() {
      return name.getBytes(StandardCharsets.UTF_8);
    }

    boolean isLong() {
      return size >= NEEDS_64_BITS;
    }

    boolean isFar() {
      return offset >= NEEDS_64_BITS;
    }

    /**
     * The zip64 field, empty if none is needed.
     *
     * @param stored the size as stored, in bytes, as far as it is known
     */
    byte[] zip64(long stored) {
      LittleEndianBytes values = new LittleEndianBytes();
      if (isLong()) {
        values.u64(size).u64(stored);
      }
      if (isFar()) {
        values.u64(offset);
      }
      byte[] field = values.toByteArray();
      return field.length == 0
          ? field
          : new LittleEndianBytes().u16(ZIP64_FIELD).u16(field.length).add(field).toByteArray();
    }
  }

  private final CheckpointOutput output;
  private final String folder;

  /** Where the archive begins in the output; offsets count from here. */
  private final long begin;

  private final List<Entry> entries = new ArrayList<>();

  /**
   * Begins an archive at the output's position.
   *
   * @param folder of all records
   */
  ZipWriter(CheckpointOutput output, String folder) {
    this.output = output;
    this.folder = folder;
    this.begin = output.position();
  }

  private long position() {
    return output.position() - begin;
  }

  void record(String name, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(data);
    Entry entry = begin(name, data.length);
    output.write(data);
    end(entry, (int) crc.getValue());
  }

  /**
   * Writes a storage.
   *
   * @param size in bytes
   */
  void record(String name, Weights weights, long size) throws IOException {
    Entry entry = begin(name, size);
    end(entry, output.write(weights, size));
  }

  private Entry begin(String name, long size) throws IOException {
    Entry entry = new Entry(folder + "/" + name, 0, size, position());
    byte[] path = entry.path();
    byte[] zip64 = entry.zip64(0); // miniz fills in only the other size
    long start =
        entry.offset() + LOCAL_HEADER_BYTES + path.length + zip64.length + FIELD_HEADER_BYTES;
    byte[] padding = padding((int) (-start & (ALIGNMENT - 1)));
    output.write(
        new LittleEndianBytes()
            .u32(LOCAL_HEADER)
            .u16(0) // version needed
            .u16(FLAGS)
            .u16(0) // stored
            .u32(0) // time and date
            .u32(0) // CRC-32
            .u32(0) // size as stored
            .u32(0) // size
            .u16(path.length)
            .u16(zip64.length + padding.length)
            .add(path)
            .add(zip64)
            .add(padding)
            .toByteArray());
    return entry;
  }

  /** PyTorch's own field: {@code FB}, its length, and {@code Z} up to where the data begins. */
  private static byte[] padding(int bytes) {
    return new LittleEndianBytes()
        .u8('F')
        .u8('B')
        .u16(bytes)
        .add("Z".repeat(bytes).getBytes(StandardCharsets.US_ASCII))
        .toByteArray();
  }

  private void end(Entry begun, int crc) throws IOException {
    Entry entry = new Entry(begun.name(), crc, begun.size(), begun.offset());
    entries.add(entry);
    LittleEndianBytes descriptor = new LittleEndianBytes().u32(DATA_DESCRIPTOR).u32(crc);
    // Long if the local header has a zip64 field, even if only for the offset.
    if (entry.isLong() || entry.isFar()) {
      descriptor.u64(entry.size()).u64(entry.size());
    } else {
      descriptor.u32((int) entry.size()).u32((int) entry.size());
    }
    output.write(descriptor.toByteArray());
  }

  /** Writes the central directory and the end records. */
  void end() throws IOException {
    long start = position();
    for (Entry entry : entries) {
      central(entry);
    }
    long end = position();
    long size = end - start;
    int records = Math.min(entries.size(), MOST_RECORDS);
    output.write(
        new LittleEndianBytes()
            .u32(ZIP64_END)
            .u64(44) // bytes of this record from here on
            .u16(0x031e) // made by
            .u16(45) // version needed
            .u32(0) // this disk
            .u32(0) // the directory's disk
            .u64(entries.size()) // on this disk
            .u64(entries.size())
            .u64(size)
            .u64(start)
            .u32(ZIP64_LOCATOR)
            .u32(0) // the disk of the zip64 end record
            .u64(end)
            .u32(1) // disks
            .u32(END)
            .u16(0) // this disk
            .u16(0) // the directory's disk
            .u16(records) // on this disk
            .u16(records)
            .u32(narrow(size))
            .u32(narrow(start))
            .u16(0) // no comment
            .toByteArray());
  }

  private void central(Entry entry) throws IOException {
    byte[] path = entry.path();
    byte[] zip64 = entry.zip64(entry.size());
    output.write(
        new LittleEndianBytes()
            .u32(CENTRAL_HEADER)
            .u16(0) // made by
            .u16(0) // version needed
            .u16(FLAGS)
            .u16(0) // stored
            .u32(0) // time and date
            .u32(entry.crc())
            .u32(narrow(entry.size())) // as stored
            .u32(narrow(entry.size()))
            .u16(path.length)
            .u16(zip64.length)
            .u16(0) // no comment
            .u16(0) // disk
            .u16(0) // internal attributes
            .u32(0) // external attributes
            .u32(narrow(entry.offset()))
            .add(path)
            .add(zip64)
            .toByteArray());
  }

  private static int narrow(long value) {
    return (int) Math.min(value, NEEDS_64_BITS);
  }
}
