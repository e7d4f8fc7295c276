package dev.pt2st.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Writes a ZIP byte by byte, true where nothing else is asked, so that a test can make it lie. */
public final class ZipBuilder {

  /** What one of the two headers of an entry says. */
  public static final class Header {
    public byte[] name;
    public int flags;
    public int method;
    public int crc;
    public long compressedSize;
    public long size;
    public byte[] extra = {};

    Header(byte[] name, int method, int crc, long compressedSize, long size) {
      this.name = name;
      this.method = method;
      this.crc = crc;
      this.compressedSize = compressedSize;
      this.size = size;
    }
  }

  /** An entry: both of its headers, and what really lies there. */
  public static final class Entry {
    public final Header local;
    public final Header central;
    public final byte[] content;

    /** Where the central header says that the local one is; null for where it is. */
    public @Nullable Long offset;

    /** What follows the data, such as a data descriptor. */
    public byte[] behind = {};

    Entry(String name, byte[] data, boolean deflated) {
      this.content = deflated ? deflate(data) : data;
      byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
      CRC32 crc = new CRC32();
      crc.update(data);
      int method = deflated ? 8 : 0;
      local = new Header(nameBytes, method, (int) crc.getValue(), content.length, data.length);
      central = new Header(nameBytes, method, (int) crc.getValue(), content.length, data.length);
    }

    /** Says something in both headers. */
    public void both(Consumer<Header> says) {
      says.accept(local);
      says.accept(central);
    }
  }

  /** What the end record says. */
  public static final class End {
    public int entriesHere;
    public int entries;
    public long directorySize;
    public long directoryOffset;
    public byte[] comment = {};
    public @Nullable Integer commentLength;
  }

  private final List<Entry> entries = new ArrayList<>();
  private byte[] before = {};
  private byte[] beforeDirectory = {};
  private byte[] after = {};
  private Consumer<End> endSays = end -> {};
  private @Nullable Consumer<End> zip64Says;

  public ZipBuilder stored(String name, byte[] data, Consumer<Entry> tweak) {
    return add(new Entry(name, data, false), tweak);
  }

  public ZipBuilder stored(String name, byte[] data) {
    return stored(name, data, entry -> {});
  }

  public ZipBuilder deflated(String name, byte[] data, Consumer<Entry> tweak) {
    return add(new Entry(name, data, true), tweak);
  }

  private ZipBuilder add(Entry entry, Consumer<Entry> tweak) {
    tweak.accept(entry);
    entries.add(entry);
    return this;
  }

  /** Bytes in front of the first entry; offsets count from the start of the file. */
  public ZipBuilder before(byte[] bytes) {
    this.before = bytes;
    return this;
  }

  /** Bytes between the last entry and the central directory. */
  public ZipBuilder beforeDirectory(byte[] bytes) {
    this.beforeDirectory = bytes;
    return this;
  }

  /** Bytes behind the end record. */
  public ZipBuilder after(byte[] bytes) {
    this.after = bytes;
    return this;
  }

  public ZipBuilder end(Consumer<End> says) {
    this.endSays = says;
    return this;
  }

  /** A zip64 end record with its locator. */
  public ZipBuilder zip64(Consumer<End> says) {
    this.zip64Says = says;
    return this;
  }

  public byte[] build() {
    Bytes out = new Bytes();
    out.raw(before);
    List<Long> offsets = new ArrayList<>();
    for (Entry entry : entries) {
      offsets.add((long) out.size());
      out.i32(0x04034b50).i16(20);
      header(out, entry.local);
      out.i16(entry.local.name.length).i16(entry.local.extra.length);
      out.raw(entry.local.name).raw(entry.local.extra).raw(entry.content).raw(entry.behind);
    }
    out.raw(beforeDirectory);
    long directory = out.size();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      out.i32(0x02014b50).i16(20).i16(20);
      header(out, entry.central);
      out.i16(entry.central.name.length).i16(entry.central.extra.length).i16(0).i16(0).i16(0);
      Long offset = entry.offset;
      out.i32(0).i32(offset == null ? offsets.get(i) : offset);
      out.raw(entry.central.name).raw(entry.central.extra);
    }
    long size = out.size() - directory;
    if (zip64Says != null) {
      End end = end(directory, size);
      zip64Says.accept(end);
      long at = out.size();
      out.i32(0x06064b50).i64(44).i16(45).i16(45).i32(0).i32(0);
      out.i64(end.entriesHere).i64(end.entries).i64(end.directorySize).i64(end.directoryOffset);
      out.i32(0x07064b50).i32(0).i64(at).i32(1);
    }
    End end = end(directory, size);
    endSays.accept(end);
    out.i32(0x06054b50).i16(0).i16(0).i16(end.entriesHere).i16(end.entries);
    out.i32(end.directorySize).i32(end.directoryOffset);
    Integer length = end.commentLength;
    out.i16(length == null ? end.comment.length : length).raw(end.comment);
    return out.raw(after).toByteArray();
  }

  private End end(long directory, long size) {
    End end = new End();
    end.entriesHere = entries.size();
    end.entries = entries.size();
    end.directoryOffset = directory;
    end.directorySize = size;
    return end;
  }

  private static void header(Bytes out, Header header) {
    out.i16(header.flags).i16(header.method).i32(0).i32(header.crc);
    out.i32(header.compressedSize).i32(header.size);
  }

  /** A zip64 extra field of these numbers. */
  public static byte[] zip64Extra(long... numbers) {
    Bytes extra = new Bytes().i16(1).i16(8 * numbers.length);
    for (long number : numbers) {
      extra.i64(number);
    }
    return extra.toByteArray();
  }

  private static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] buffer = new byte[data.length + 64];
    int count = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, count);
  }

  private static final class Bytes extends ByteArrayOutputStream {
    Bytes raw(byte[] bytes) {
      writeBytes(bytes);
      return this;
    }

    Bytes i16(int value) {
      write(value);
      write(value >> 8);
      return this;
    }

    Bytes i32(long value) {
      return i16((int) value).i16((int) (value >> 16));
    }

    Bytes i64(long value) {
      return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
  }
}
