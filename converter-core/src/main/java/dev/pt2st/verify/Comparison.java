package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The comparison of two tensors of the same dtype and shape; several threads compare parts of it.
 */
final class Comparison {
  private final ModelTensor expected;
  private final ModelTensor found;
  private long first = Long.MAX_VALUE;
  private long expectedBits;
  private long foundBits;
  private long count;

  Comparison(ModelTensor expected, ModelTensor found) {
    this.expected = expected;
    this.found = found;
  }

  /** The size of each of the two tensors in bytes. */
  long size() {
    return expected.bytes().size();
  }

  /**
   * Compares a part.
   *
   * @param position its first byte, a multiple of {@link CopyBuffers#SIZE}
   * @param buffers those of the calling thread
   */
  void compare(long position, long length, CopyBuffers buffers, ProgressListener progress)
      throws CheckpointException, IOException {
    for (long at = position; at < position + length; at += CopyBuffers.SIZE) {
      long size = Math.min(CopyBuffers.SIZE, position + length - at);
      MemorySegment one = buffers.first().asSlice(0, size);
      MemorySegment other = buffers.second().asSlice(0, size);
      expected.bytes().read(at, one);
      found.bytes().read(at, other);
      if (one.mismatch(other) >= 0) {
        addDifferences(at, one, other);
      }
      progress.written(size);
    }
  }

  private void addDifferences(long position, MemorySegment one, MemorySegment other) {
    int bits = expected.dtype().bitSize();
    long before = position * Byte.SIZE / bits;
    long elements = one.byteSize() * Byte.SIZE / bits;
    long differing = 0;
    long firstHere = -1;
    for (long i = 0; i < elements; i++) {
      if (bits(one, i, bits) != bits(other, i, bits)) {
        firstHere = differing == 0 ? i : firstHere;
        differing++;
      }
    }
    synchronized (this) {
      count += differing;
      if (before + firstHere < first) {
        first = before + firstHere;
        expectedBits = bits(one, firstHere, bits);
        foundBits = bits(other, firstHere, bits);
      }
    }
  }

  /** The bits of an element. If several share a byte, the first has the lowest bits. */
  private static long bits(MemorySegment bytes, long element, int size) {
    long bits = 0;
    if (size >= Byte.SIZE) {
      int length = size / Byte.SIZE;
      for (int i = length - 1; i >= 0; i--) {
        int octet = bytes.get(ValueLayout.JAVA_BYTE, element * length + i) & 0xff;
        bits = (bits << Byte.SIZE) | octet;
      }
      return bits;
    }
    for (int i = size - 1; i >= 0; i--) {
      long at = element * size + i;
      int octet = bytes.get(ValueLayout.JAVA_BYTE, at / Byte.SIZE);
      bits = (bits << 1) | ((octet >> (at % Byte.SIZE)) & 1);
    }
    return bits;
  }

  /** Whether all elements that were compared are equal. */
  synchronized boolean isSame() {
    return count == 0;
  }

  /** The difference; only valid if there is one. */
  synchronized Difference difference() {
    DType dtype = expected.dtype();
    return new Difference.OtherElements(
        expected.name(), dtype, expected.shape(), first, expectedBits, foundBits, count);
  }
}
