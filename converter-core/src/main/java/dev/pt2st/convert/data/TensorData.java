package dev.pt2st.convert.data;

import dev.pt2st.convert.plan.Plan.Dropped;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.convert.plan.PlannedData;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import dev.pt2st.torch.value.SparseShapes;
import java.util.List;
import java.util.Optional;

/** What the bytes of a planned tensor are made from. Pure data: nothing has been read yet. */
public sealed interface TensorData extends PlannedData {

  /** The same of a tensor of a plan. */
  static TensorData of(PlannedTensor tensor) {
    return of(tensor.data());
  }

  /** The same of a tensor that a plan leaves to another. */
  static TensorData of(Dropped tensor) {
    return of(tensor.data());
  }

  private static TensorData of(PlannedData data) {
    return (TensorData) data; // nothing else is ever planned
  }

  /** Everything that is read to make it. */
  List<TensorView> views();

  /** The elements of a storage that are written as they are, and so may be another tensor's too. */
  default Optional<TensorView> sharedView() {
    return Optional.empty();
  }

  /**
   * Elements in another floating dtype.
   *
   * @param source what is cast; no cast itself
   * @param dtype of the result
   */
  record Cast(TensorData source, DType dtype) implements TensorData {
    public Cast {
      if (source instanceof Cast
          || !NumericSupport.canCastFrom(source.dtype())
          || !NumericSupport.canCastTo(dtype)) {
        throw new IllegalArgumentException("no cast of " + source + " to " + dtype);
      }
    }

    @Override
    public Shape shape() {
      return source.shape();
    }

    @Override
    public Optional<DType> castFrom() {
      return Optional.of(source.dtype());
    }

    @Override
    public long workBytes() {
      return source.workBytes();
    }

    @Override
    public List<TensorView> views() {
      return source.views();
    }
  }

  /** Elements that are written as they lie in a view, and so may be another tensor's too. */
  sealed interface AsItIs extends TensorData {
    TensorView view();

    @Override
    default DType dtype() {
      return view().dtype();
    }

    @Override
    default Shape shape() {
      return view().shape();
    }

    @Override
    default Optional<TensorView> sharedView() {
      return Optional.of(view());
    }
  }

  /**
   * The elements of a tensor as they are, in row-major and little-endian order.
   *
   * @param view where they lie
   */
  record Strided(TensorView view) implements AsItIs {
    @Override
    public List<TensorView> views() {
      return List.of(view);
    }
  }

  /**
   * The elements of a tensor that several processes have saved, put together.
   *
   * @param tensor its pieces
   */
  record Assembled(ShardedContent tensor) implements TensorData {
    @Override
    public DType dtype() {
      return tensor.dtype();
    }

    @Override
    public Shape shape() {
      return tensor.shape();
    }

    @Override
    public List<TensorView> views() {
      return tensor.views();
    }
  }

  /**
   * The real numbers that a quantized tensor stands for, as {@code Tensor.dequantize()} gives them.
   *
   * @param tensor its integers and what they stand for
   */
  record Dequantized(QuantizedContent tensor) implements TensorData {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Shape shape() {
      return tensor.shape();
    }

    @Override
    public List<TensorView> views() {
      return tensor.views();
    }
  }

  /**
   * A sparse tensor in full, as {@code Tensor.to_dense()} gives it.
   *
   * @param tensor whose sizes agree with each other ({@link SparseShapes})
   * @param asReal whether its elements are complex and written as pairs of real numbers
   */
  record Dense(SparseContent tensor, boolean asReal) implements TensorData {
    @Override
    public DType dtype() {
      DType dtype = tensor.values().dtype();
      return asReal ? dtype.realPart() : dtype;
    }

    @Override
    public Shape shape() {
      Shape shape = tensor.shape();
      return asReal ? shape.with(2) : shape;
    }

    @Override
    public List<TensorView> views() {
      return tensor.views();
    }

    @Override
    public long workBytes() {
      return bytesOf(views());
    }
  }

  /**
   * The indices of a sparse tensor as they are. They are checked on the way, so that what is
   * written describes a tensor.
   *
   * @param view where they lie
   * @param tensor whose they are, and whose sizes agree with each other ({@link SparseShapes})
   */
  record Indices(TensorView view, SparseContent tensor) implements AsItIs {
    @Override
    public List<TensorView> views() {
      return tensor.views();
    }

    @Override
    public long workBytes() {
      return bytesOf(views());
    }
  }

  /**
   * Elements that share bytes, as a safetensors file has them, in row-major order. They cannot be
   * counted in bytes along a dimension, so they are no view of their own type.
   *
   * @param bytes all of them, as bytes in one dimension
   * @param dtype of the elements
   * @param shape in elements, as a header has it
   */
  record Packed(TensorView bytes, DType dtype, Shape shape) implements TensorData {
    @Override
    public List<TensorView> views() {
      return List.of(bytes);
    }

    @Override
    public long byteSize() {
      return bytes.byteSize();
    }
  }

  private static long bytesOf(List<TensorView> views) {
    long bytes = 0;
    for (TensorView view : views) {
      // More than a number can say is more than any limit.
      bytes = view.byteSize() > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : bytes + view.byteSize();
    }
    return bytes;
  }
}
