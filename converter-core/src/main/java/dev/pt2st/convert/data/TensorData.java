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

/** The source of a planned tensor's bytes. Pure data: nothing has been read yet. */
public sealed interface TensorData extends PlannedData {

  /** The data of a tensor of a plan. */
  static TensorData of(PlannedTensor tensor) {
    return of(tensor.data());
  }

  /** The data of a tensor that a plan drops. */
  static TensorData of(Dropped tensor) {
    return of(tensor.data());
  }

  private static TensorData of(PlannedData data) {
    return (TensorData) data; // nothing else is ever planned
  }

  /** All views that are read to make it. */
  List<TensorView> views();

  /**
   * The view that is written as it is, so that another tensor can share its storage; empty for
   * computed elements.
   */
  default Optional<TensorView> sharedView() {
    return Optional.empty();
  }

  /**
   * Elements in another floating dtype.
   *
   * @param source the data to cast, which is not a cast itself
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

  /** Elements that are written as a view has them, so that another tensor can share its storage. */
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
   * @param view the view of the elements
   */
  record Strided(TensorView view) implements AsItIs {
    @Override
    public List<TensorView> views() {
      return List.of(view);
    }
  }

  /**
   * The elements of a tensor that several processes have saved in pieces.
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
   * @param tensor its integers and their quantization parameters
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
   * A sparse tensor in dense form, as {@code Tensor.to_dense()} gives it.
   *
   * @param tensor whose sizes are consistent ({@link SparseShapes})
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
   * The indices of a sparse tensor as they are. They are checked during the copy, so that the
   * output describes a valid tensor.
   *
   * @param view the view of the elements
   * @param tensor the tensor that they belong to, whose sizes are consistent ({@link SparseShapes})
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
   * Elements that share bytes, as a safetensors file stores them, in row-major order. An element is
   * less than a byte, so a view of their dtype is not possible.
   *
   * @param bytes a one-dimensional view of all their bytes
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
      // A size that overflows a long is over any limit.
      bytes = view.byteSize() > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : bytes + view.byteSize();
    }
    return bytes;
  }
}
