package dev.pt2st.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each element of a view is that at its place in the storage, whatever part is asked for. */
class StridedBytesTest {
  private static final int STORAGE_BYTES = 4096;

  private static final List<DType> DTYPES =
      List.of(DType.U8, DType.F16, DType.F32, DType.F64, DType.C64, DType.I64);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyViewIsReadElementByElement(long seed) {
    Random random = new Random(seed);
    byte[] storage = new byte[STORAGE_BYTES];
    random.nextBytes(storage);
    for (int round = 0; round < 200; round++) {
      TensorView view = view(random, storage);
      byte[] expected = elementByElement(view, storage);
      StridedBytes bytes = new StridedBytes(view, MemorySegment.ofArray(storage));
      assertThat(bytes.size()).isEqualTo(expected.length);
      int size = view.dtype().byteSize();
      int from = random.nextInt(expected.length / size + 1);
      int to = from + random.nextInt(expected.length / size - from + 1);
      byte[] part = new byte[(to - from) * size];
      bytes.read((long) from * size, MemorySegment.ofArray(part));
      assertThat(part)
          .as("elements %d to %d of %s", from, to, view)
          .isEqualTo(Arrays.copyOfRange(expected, from * size, to * size));
    }
  }

  /** Some view that stays in its storage: transposed, sliced, expanded or backwards. */
  private static TensorView view(Random random, byte[] storage) {
    DType dtype = any(random, DTYPES);
    boolean swapped = random.nextInt(3) == 0;
    int rank = random.nextInt(5);
    long[] sizes = new long[rank];
    long[] strides = new long[rank];
    long lowest = 0;
    long next = 1;
    for (int i = rank - 1; i >= 0; i--) {
      sizes[i] = random.nextInt(5);
      strides[i] = any(random, List.of(0L, 1L, 2L, next, next, next, -1L));
      next *= sizes[i];
      lowest += Math.min(0, (sizes[i] - 1) * strides[i]);
    }
    long offset = random.nextInt(4) - Math.min(0, lowest);
    DType storageType =
        swapped ? any(random, List.of(dtype, dtype.swapSize() == 4 ? DType.F32 : dtype)) : dtype;
    Storage home = new Storage("0", "cpu", storageType, storage.length);
    home.locate(
        new ByteSource.InMemory("0", MemorySegment.ofArray(storage)),
        swapped ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean signed = dtype.isComplex() || dtype.isFloatingPoint();
    return new TensorView(
        home,
        dtype,
        offset,
        Shape.of(sizes),
        Shape.of(strides),
        dtype.isComplex() && random.nextBoolean(),
        signed && random.nextBoolean());
  }

  private static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** The definition, one byte at a time. */
  private static byte[] elementByElement(TensorView view, byte[] storage) {
    int size = view.dtype().byteSize();
    boolean swapped = view.storage().order() == ByteOrder.BIG_ENDIAN;
    int unit = swapped ? view.storage().dtype().swapSize() : size;
    byte[] elements = new byte[(int) view.elementCount() * size];
    for (int element = 0; element < view.elementCount(); element++) {
      long at = view.offset();
      long rest = element;
      for (int i = view.shape().rank() - 1; i >= 0; i--) {
        at += rest % view.shape().get(i) * view.strides().get(i);
        rest /= view.shape().get(i);
      }
      for (int i = 0; i < size; i++) {
        int from = swapped ? i / unit * unit + unit - 1 - i % unit : i;
        byte octet = storage[(int) at * size + from];
        boolean last = (i + 1) % view.dtype().swapSize() == 0;
        boolean imaginary = view.dtype().isComplex() && i >= size / 2;
        boolean flipped = view.negated() ^ (view.conjugated() && imaginary);
        elements[element * size + i] = (byte) (last && flipped ? octet ^ 0x80 : octet);
      }
    }
    return elements;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"U8", "F16", "F32", "F64"})
  void aTransposedMatrixIsReadAcrossItsRows(DType dtype) {
    int size = dtype.byteSize();
    byte[] storage = new byte[6 * size];
    for (int i = 0; i < 6; i++) {
      storage[i * size] = (byte) i;
    }
    Storage home = new Storage("0", "cpu", dtype, storage.length);
    TensorView view = new TensorView(home, dtype, 0, Shape.of(3, 2), Shape.of(1, 3));
    byte[] read = new byte[storage.length];
    new StridedBytes(view, MemorySegment.ofArray(storage)).read(0, MemorySegment.ofArray(read));
    byte[] first = new byte[6];
    for (int i = 0; i < 6; i++) {
      first[i] = read[i * size];
    }
    assertThat(first).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void viewsThatSplitASwappedElementAreNoneOfThisKind() {
    Storage home = new Storage("0", "cpu", DType.F64, 8);
    home.locate(
        new ByteSource.InMemory("0", MemorySegment.ofArray(new byte[8])), ByteOrder.BIG_ENDIAN);
    TensorView view = new TensorView(home, DType.F32, 0, Shape.of(2), Shape.of(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StridedBytes(view, MemorySegment.ofArray(new byte[8])));
  }
}
