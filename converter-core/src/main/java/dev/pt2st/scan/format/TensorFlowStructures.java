package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

import java.util.zip.CRC32C;

/** TensorFlow files that are not Protocol Buffers messages. */
final class TensorFlowStructures {
  private static final int RECORD_AROUND = 16;
  private static final int CRC_DELTA = 0xa282ead8;
  private static final int FOOTER = 48;
  private static final int FOOTER_HANDLES = 40;
  private static final int BLOCK_TRAILER = 5;
  private static final int VECTOR_ELEMENT = 4;

  /** The fields of {@code tflite.Model} that are vectors of tables (schema.fbs). */
  private static final int[] TFLITE_VECTORS = {1, 2, 4};

  private TensorFlowStructures() {}

  /**
   * Records, as of tfevents (tensorflow/core/lib/io/record_writer.h): a length with its masked
   * CRC-32C, then data with its masked CRC-32C; the last record is at the end of the file.
   */
  static Structure records(FormatBytes in) {
    long at = 0;
    while (at < in.size()) {
      long length = in.u64(at);
      if (length < 0
          || !in.fits(at, RECORD_AROUND)
          || length > in.size() - at - RECORD_AROUND
          || in.u32(at + Long.BYTES) != maskedCrc(in.copy(at, Long.BYTES))) {
        return Structure.BROKEN;
      }
      at += RECORD_AROUND + length;
    }
    return Structure.WHOLE;
  }

  /** The same as crc32c::Mask of LevelDB. */
  static long maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (Integer.rotateRight((int) crc.getValue(), 15) + CRC_DELTA) & 0xffff_ffffL;
  }

  /**
   * The index of a checkpoint, a table of LevelDB (doc/table_format.md): the magic number was
   * checked before; the blocks that the footer names must be before the footer.
   */
  static Structure table(FormatBytes in) {
    long footer = in.size() - FOOTER;
    long at = footer;
    long[] numbers = new long[4];
    for (int i = 0; i < numbers.length; i++) {
      int shift = 0;
      for (long part = 0x80; part >= 0x80; shift += 7) {
        part = in.u8(at++);
        if (part == NONE || shift > Long.SIZE - 8) {
          return Structure.BROKEN;
        }
        numbers[i] |= (part & 0x7f) << shift;
      }
    }
    return Structure.start(
        isBlock(numbers[0], numbers[1], footer)
            && isBlock(numbers[2], numbers[3], footer)
            && numbers[2] + numbers[3] + BLOCK_TRAILER == footer
            && in.isZero(at, footer + FOOTER_HANDLES));
  }

  private static boolean isBlock(long offset, long size, long footer) {
    return offset >= 0 && size >= 0 && offset <= footer && size <= footer - offset - BLOCK_TRAILER;
  }

  /** TensorFlow Lite: the tables of the model are within the file (FlatBuffers, "Internals"). */
  static Structure lite(FormatBytes in) {
    long root = in.u32(0);
    if (!FlatBuffer.isTable(in, root)) {
      return Structure.BROKEN;
    }
    for (int field : TFLITE_VECTORS) {
      long vector = FlatBuffer.target(in, root, field);
      long count = in.u32(vector);
      if (count < 0 || !in.fits(vector + Integer.BYTES, count * VECTOR_ELEMENT)) {
        return Structure.BROKEN;
      }
      for (long i = 0; i < count; i++) {
        long element = vector + Integer.BYTES + i * VECTOR_ELEMENT;
        if (!FlatBuffer.isTable(in, element + in.u32(element))) {
          return Structure.BROKEN;
        }
      }
    }
    return Structure.START;
  }
}
