package dev.pt2st.convert.numeric;

import dev.pt2st.tensor.DType;
import dev.pt2st.torch.value.SparseContent;
import java.lang.foreign.MemorySegment;

/**
 * Adds elements to those of a dense tensor with the arithmetic of {@code to_dense()}, bit for bit.
 *
 * <p>PyTorch does this in one of three ways. COO entries are added one after the other, each sum
 * rounded to the tensor's type ({@code add_out_dense_sparse_cpu} of {@code
 * aten/src/ATen/native/sparse/SparseTensorMath.cpp}); so are compressed tensors whose values are
 * single elements ({@code sparse_compressed_to_dense} of {@code
 * aten/src/ATen/native/TensorConversions.cpp}, which calls {@code index_add_}). If an entry has a
 * block or dense dimensions, {@code index_add_} is {@code scatter_add_}, which sums float16 and
 * bfloat16 in float32 and rounds once ({@code index_add_cpu_out} of {@code
 * aten/src/ATen/native/TensorAdvancedIndexing.cpp}). All three process the entries in order.
 */
public abstract class Adder {
  private final int sumSize;

  /**
   * @param sumSize bytes of an element while it is summed
   */
  Adder(int sumSize) {
    this.sumSize = sumSize;
  }

  /**
   * The arithmetic that makes a tensor dense.
   *
   * @throws IllegalArgumentException if PyTorch has none for its dtype
   */
  public static Adder of(SparseContent tensor) {
    DType dtype = tensor.values().dtype();
    boolean scattered =
        tensor instanceof SparseContent.Compressed compressed
            && compressed.values().shape().rank() > compressed.plainIndices().shape().rank();
    return switch (dtype) {
      case BOOL -> IntegerAdders.or();
      case U8, I8, I16, I32, I64 -> IntegerAdders.of(dtype);
      case F32, F64 -> FloatAdders.of(dtype);
      case F16, BF16 ->
          scattered ? HalfAdders.wide(dtype) : HalfAdders.of(dtype, isByElement(tensor));
      // complex32 has no scatter_add_.
      case COMPLEX32 -> new ComplexAdders.OfHalves();
      case C64 -> scattered ? new FloatAdders.OfFloats(2) : new ComplexAdders.OfFloats();
      case COMPLEX128 -> scattered ? new FloatAdders.OfDoubles(2) : new ComplexAdders.OfDoubles();
      default -> throw new IllegalArgumentException(dtype + " is not added");
    };
  }

  /** Whether PyTorch adds single elements, and not a vector for each entry. */
  private static boolean isByElement(SparseContent tensor) {
    return switch (tensor) {
      case SparseContent.Compressed compressed -> true;
      case SparseContent.Coordinates coordinates ->
          coordinates.values().shape().rank() == 1
              && coordinates.values().isContiguous()
              && (Boolean.TRUE.equals(coordinates.coalesced())
                  || coordinates.values().shape().get(0) == 1);
    };
  }

  /** Bytes of an element while it is summed; {@link #finish} converts it to the tensor's dtype. */
  public final int sumSize() {
    return sumSize;
  }

  /**
   * Adds elements.
   *
   * @param values the elements, in the tensor's dtype
   * @param from the byte offset of the first element
   * @param sums the sums to add to
   * @param to the byte offset of the first sum
   * @param count the number of elements
   */
  public abstract void add(
      MemorySegment values, long from, MemorySegment sums, long to, long count);

  /** Rounds sums in place to the tensor's dtype, if they were made in another. */
  public void finish(MemorySegment sums, long count) {}
}
