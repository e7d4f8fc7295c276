package dev.pt2st.bench.checkpoint;

import java.io.ByteArrayOutputStream;

/** Bytes in the making; numbers have their lowest byte first. */
final class LittleEndianBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LittleEndianBytes u8(int value) {
    bytes.write(value);
    return this;
  }

  LittleEndianBytes u16(int value) {
    return number(value, Short.BYTES);
  }

  LittleEndianBytes u32(int value) {
    return number(value, Integer.BYTES);
  }

  LittleEndianBytes u64(long value) {
    return number(value, Long.BYTES);
  }

  LittleEndianBytes add(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  private LittleEndianBytes number(long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes.write((int) (value >>> (i * Byte.SIZE)));
    }
    return this;
  }
}
