package dev.pt2st.verify;

import dev.pt2st.convert.data.TensorData;
import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import java.util.List;

/** What a tensor of a checkpoint must be in a safetensors file, derived from its parts. */
final class ExpectedTensor {
  private ExpectedTensor() {}

  static ModelTensor of(String name, TensorData data, StorageBytes storages) {
    List<ByteSource.Stored> records =
        PieceRecords.areIn(data) ? List.of() : storages.unchecked(data.views());
    return switch (data) {
      case TensorData.Cast(TensorData source, DType dtype) -> {
        ModelTensor uncast = of(name, source, storages);
        yield new ModelTensor(
            name,
            dtype,
            uncast.shape(),
            new CastBytes(uncast.bytes(), uncast.dtype(), dtype),
            uncast.records(),
            uncast.ownRecords());
      }
      case TensorData.Strided(TensorView view) -> strided(name, view, storages, records);
      case TensorData.Indices(TensorView view, SparseContent tensor) ->
          strided(name, view, storages, records);
      case TensorData.Packed(TensorView bytes, DType dtype, Shape shape) ->
          new ModelTensor(
              name, dtype, shape, new StridedBytes(bytes, storages.get(bytes.storage())), records);
      case TensorData.Assembled(ShardedContent tensor) ->
          new ModelTensor(
              name,
              data.dtype(),
              data.shape(),
              new AssembledBytes(tensor, storages),
              records,
              PieceRecords.of(tensor, storages.comparesCrc()));
      case TensorData.Dequantized(QuantizedContent tensor) ->
          new ModelTensor(
              name, data.dtype(), data.shape(), new DequantizedBytes(tensor, storages), records);
      case TensorData.Dense dense ->
          new ModelTensor(
              name,
              data.dtype(),
              data.shape(),
              storages.closing(new DenseBytes(dense.tensor(), storages, name)),
              records);
    };
  }

  private static ModelTensor strided(
      String name, TensorView view, StorageBytes storages, List<ByteSource.Stored> records) {
    return new ModelTensor(
        name,
        view.dtype(),
        counted(view),
        new StridedBytes(view, storages.get(view.storage())),
        records);
  }

  /**
   * The last dimension counts bytes of two 4-bit floats in PyTorch, but single floats in a header.
   */
  private static Shape counted(TensorView view) {
    if (view.dtype() != DType.F4) {
      return view.shape();
    }
    long[] sizes = view.shape().toArray();
    sizes[sizes.length - 1] = Math.multiplyExact(sizes[sizes.length - 1], 2L);
    return Shape.of(sizes);
  }
}
