package dev.pt2st.bench.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** A file that is written from front to back through small buffers. */
final class CheckpointOutput implements Closeable {
  /** Bytes of a buffer: so few that they stay in the processor's cache until they are written. */
  private static final int BUFFER = 256 << 10;

  private final FileChannel channel;
  private final ByteBuffer pending = buffer();
  private final ByteBuffer made = buffer();
  private long position;

  /** Replaces a file that is there. */
  CheckpointOutput(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How many bytes have been written. */
  long position() {
    return position;
  }

  void write(byte[] bytes) throws IOException {
    write(ByteBuffer.wrap(bytes));
  }

  /** Writes what is left of a buffer. */
  void write(ByteBuffer bytes) throws IOException {
    position += bytes.remaining();
    if (bytes.remaining() > pending.remaining()) {
      flush();
    }
    if (bytes.remaining() >= BUFFER) {
      writeOut(bytes);
    } else {
      pending.put(bytes);
    }
  }

  /**
   * Writes a storage.
   *
   * @param size in bytes
   * @return its CRC-32
   */
  int write(Weights weights, long size) throws IOException {
    CRC32 crc = new CRC32();
    for (long done = 0; done < size; ) {
      int count = (int) Math.min(size - done, BUFFER);
      weights.fill(made.limit((count + Long.BYTES - 1) / Long.BYTES * Long.BYTES), done);
      made.limit(count);
      crc.update(made.duplicate());
      write(made.duplicate());
      done += count;
    }
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      flush();
    }
  }

  private void flush() throws IOException {
    writeOut(pending.flip());
    pending.clear();
  }

  private void writeOut(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
