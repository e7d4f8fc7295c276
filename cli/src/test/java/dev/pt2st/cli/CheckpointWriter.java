package dev.pt2st.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes checkpoints in PyTorch's ZIP layout: a dict of float32 vectors and other values. */
public final class CheckpointWriter {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END_RECORD = 0x06054b50;

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final int elements;

  /**
   * @param elements the size of the one storage that all tensors share
   */
  public CheckpointWriter(int elements) {
    this.elements = elements;
    bytes("\u0080\u0002}(");
  }

  /** A vector over the whole storage. */
  public CheckpointWriter tensor(String name) {
    text(name);
    bytes("ctorch._utils\n_rebuild_tensor_v2\n((");
    text("storage");
    bytes("ctorch\nFloatStorage\n");
    text("0");
    text("cpu");
    number(elements);
    bytes("tQK\0");
    number(elements);
    bytes("\u0085K\u0001\u0085\u0089ccollections\nOrderedDict\n)RtR");
    return this;
  }

  /** An instance of a class without a state. */
  CheckpointWriter object(String key, String module, String name) {
    text(key);
    text(module);
    text(name);
    bytes("\u0093)\u0081");
    return this;
  }

  /** What a call of a function gives. */
  CheckpointWriter call(String key, String module, String name) {
    text(key);
    text(module);
    text(name);
    bytes("\u0093)R");
    return this;
  }

  /** Writes the file with zeros in the storage. */
  void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      stored(zip, "archive/data.pkl", pickled());
      stored(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      stored(zip, "archive/data/0", new byte[elements * Float.BYTES]);
      stored(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void stored(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  /**
   * Writes the file with a hole for the storage, so that it takes no room on the disk. Its records
   * have no CRC-32, as {@code torch.serialization.set_crc32_options(False)} leaves them.
   */
  public void writeSparse(Path file) throws IOException {
    write(file, pickled(), Math.multiplyExact(elements, Float.BYTES), (byte) 0);
  }

  /** The same with this byte everywhere in the storage, which then takes room. */
  void writeFilled(Path file, byte fill) throws IOException {
    write(file, pickled(), Math.multiplyExact(elements, Float.BYTES), fill);
  }

  /**
   * The same with any pickle.
   *
   * @param storageBytes of its one storage, "0"
   * @param fill each byte of it; 0 for a hole
   */
  static void write(Path file, byte[] data, int storageBytes, byte fill) throws IOException {
    ByteBuffer start = buffer(data.length + 1024);
    header(start, LOCAL_HEADER, "archive/data.pkl", data.length, 0).put(data);
    int storageHeader = start.position();
    header(start, LOCAL_HEADER, "archive/data/0", storageBytes, 0);
    long directory = start.position() + (long) storageBytes;
    ByteBuffer end = buffer(1024);
    header(end, CENTRAL_HEADER, "archive/data.pkl", data.length, 0);
    header(end, CENTRAL_HEADER, "archive/data/0", storageBytes, storageHeader);
    int directoryBytes = end.position();
    end.putInt(END_RECORD).putInt(0).putShort((short) 2).putShort((short) 2);
    end.putInt(directoryBytes).putInt((int) directory).putShort((short) 0);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(start.flip(), 0);
      fill(channel, start.limit(), fill == 0 ? 0 : storageBytes, fill);
      channel.write(end.flip(), directory);
    }
  }

  private static void fill(FileChannel channel, long from, int length, byte fill)
      throws IOException {
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, fill);
    for (int at = 0; at < length; at += block.length) {
      int size = Math.min(block.length, length - at);
      channel.write(ByteBuffer.wrap(block, 0, size), from + at);
    }
  }

  private static ByteBuffer header(
      ByteBuffer to, int signature, String name, int size, int position) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    boolean central = signature == CENTRAL_HEADER;
    to.putInt(signature);
    if (central) {
      to.putShort((short) 20); // made by
    }
    to.putShort((short) 20).putShort((short) 0).putShort((short) 0); // needs, flags, stored
    to.putInt(0).putInt(0).putInt(size).putInt(size); // time, no CRC-32, both sizes
    to.putShort((short) bytes.length).putShort((short) 0);
    if (central) {
      to.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0).putInt(position);
    }
    return to.put(bytes);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] pickled() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(pickle.toByteArray());
    whole.writeBytes("u.".getBytes(StandardCharsets.US_ASCII));
    return whole.toByteArray();
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.writeBytes(buffer(Integer.BYTES).putInt(utf8.length).array());
    pickle.writeBytes(utf8);
  }

  private void number(int value) {
    pickle.write('J');
    pickle.writeBytes(buffer(Integer.BYTES).putInt(value).array());
  }

  private void bytes(String latin1) {
    pickle.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}
