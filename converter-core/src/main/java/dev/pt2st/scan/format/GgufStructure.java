package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

import java.util.Map;

/**
 * GGUF, versions 2 and 3, as {@code docs/gguf.md} of ggml specifies it: metadata, the offset of
 * each tensor, and the tensors; the last one is at the end of the file.
 */
final class GgufStructure {
  private static final int HEADER = 24;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT32 = 4;
  private static final int MOST_DIMENSIONS = 4;
  private static final int MOST_NESTING = 4;
  private static final long STANDARD_ALIGNMENT = 32;
  private static final long LARGEST_ALIGNMENT = 1 << 16;

  /** The size of a metadata value by its type, in bytes; 0 for types with a length of their own. */
  private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  /**
   * How many elements of a tensor are stored together.
   *
   * @param elements elements of a block
   * @param bytes bytes of a block
   */
  private record Block(int elements, int bytes) {}

  /** The blocks by the number of the type ({@code enum ggml_type}). */
  private static final Map<Long, Block> BLOCKS =
      Map.ofEntries(
          block(0, 1, 4),
          block(1, 1, 2),
          block(2, 32, 18),
          block(3, 32, 20),
          block(6, 32, 22),
          block(7, 32, 24),
          block(8, 32, 34),
          block(9, 32, 36),
          block(10, 256, 84),
          block(11, 256, 110),
          block(12, 256, 144),
          block(13, 256, 176),
          block(14, 256, 210),
          block(15, 256, 292),
          block(16, 256, 66),
          block(17, 256, 74),
          block(18, 256, 98),
          block(19, 256, 50),
          block(20, 32, 18),
          block(21, 256, 110),
          block(22, 256, 82),
          block(23, 256, 136),
          block(24, 1, 1),
          block(25, 1, 2),
          block(26, 1, 4),
          block(27, 1, 8),
          block(28, 1, 8),
          block(29, 256, 56),
          block(30, 1, 2),
          block(34, 256, 54),
          block(35, 256, 66),
          block(39, 32, 17));

  private final FormatBytes in;
  private long at = HEADER;
  private long alignment = STANDARD_ALIGNMENT;

  /** The offset after the last tensor, from the start of the tensors. */
  private long end;

  private boolean knowsAllTypes = true;

  private GgufStructure(FormatBytes in) {
    this.in = in;
  }

  private static Map.Entry<Long, Block> block(long type, int elements, int bytes) {
    return Map.entry(type, new Block(elements, bytes));
  }

  static Structure check(FormatBytes in) {
    return new GgufStructure(in).check();
  }

  private Structure check() {
    long version = in.u32(4);
    long tensors = in.u64(8);
    long values = in.u64(16);
    if (version < 2 || version > 3 || tensors < 0 || values < 0) {
      return Structure.BROKEN;
    }
    for (long i = 0; i < values; i++) {
      if (!entry()) {
        return Structure.BROKEN;
      }
    }
    for (long i = 0; i < tensors; i++) {
      if (!tensor()) {
        return Structure.BROKEN;
      }
    }
    return behind(tensors == 0);
  }

  /** The tensors begin at the next multiple of the alignment; zeros may pad the last one. */
  private Structure behind(boolean isEmpty) {
    long data = isEmpty ? at : at + padding(at);
    long last = data + end;
    boolean holds =
        in.fits(data, end)
            && in.isZero(at, data)
            && (knowsAllTypes
                ? in.size() - last <= padding(last) && in.isZero(last, in.size())
                : end <= in.size() - data);
    if (!holds) {
      return Structure.BROKEN;
    }
    return knowsAllTypes ? Structure.WHOLE : Structure.START;
  }

  private long padding(long offset) {
    return Math.floorMod(-offset, alignment);
  }

  private boolean entry() {
    long key = at + Long.BYTES;
    boolean isAlignment = in.u64(at) == 17 && in.has(key, "general.alignment");
    if (!string()) {
      return false;
    }
    long type = in.u32(at);
    at += Integer.BYTES;
    if (isAlignment) {
      alignment = in.u32(at);
      boolean isSound = type == UINT32 && alignment > 0 && alignment <= LARGEST_ALIGNMENT;
      at += Integer.BYTES;
      return isSound;
    }
    return value(type, 0);
  }

  private boolean string() {
    long length = in.u64(at);
    if (length == NONE || !in.fits(at + Long.BYTES, length)) {
      return false;
    }
    at += Long.BYTES + length;
    return true;
  }

  private boolean value(long type, int nesting) {
    if (type == STRING) {
      return string();
    }
    if (type == ARRAY) {
      return array(nesting);
    }
    return type >= 0 && type < VALUE_BYTES.length && skip(VALUE_BYTES[(int) type]);
  }

  private boolean array(int nesting) {
    long type = in.u32(at);
    long count = in.u64(at + Integer.BYTES);
    if (type < 0 || type >= VALUE_BYTES.length || count < 0 || count > in.size()) {
      return false;
    }
    at += Integer.BYTES + Long.BYTES;
    if (VALUE_BYTES[(int) type] > 0) {
      return skip(count * VALUE_BYTES[(int) type]);
    }
    for (long i = 0; i < count; i++) {
      if (nesting >= MOST_NESTING || !value(type, nesting + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean skip(long length) {
    boolean fits = in.fits(at, length);
    at += fits ? length : 0;
    return fits;
  }

  private boolean tensor() {
    if (!string()) {
      return false;
    }
    long dimensions = in.u32(at);
    at += Integer.BYTES;
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      return false;
    }
    long elements = 1;
    for (int i = 0; i < dimensions; i++) {
      long dimension = in.u64(at);
      at += Long.BYTES;
      if (dimension < 0 || Math.multiplyHigh(elements, dimension) != 0) {
        return false;
      }
      elements *= dimension;
    }
    long type = in.u32(at);
    long offset = in.u64(at + Integer.BYTES);
    at += Integer.BYTES + Long.BYTES;
    if (type < 0 || offset < 0 || offset > in.size() || elements < 0) {
      return false;
    }
    Block block = BLOCKS.get(type);
    if (block == null) {
      knowsAllTypes = false;
      end = Math.max(end, offset);
      return true;
    }
    long blocks = elements / block.elements;
    if (elements % block.elements != 0 || blocks > in.size()) {
      return false;
    }
    end = Math.max(end, offset + blocks * block.bytes);
    return true;
  }
}
