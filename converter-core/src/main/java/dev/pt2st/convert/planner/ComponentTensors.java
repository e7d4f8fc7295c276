package dev.pt2st.convert.planner;

import dev.pt2st.convert.data.TensorData;
import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NestedContent;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;
import dev.pt2st.torch.value.SparseContent;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The plain tensors that represent a tensor of another kind. Each is named by the tensor, followed
 * by the PyTorch method or argument that it comes from.
 */
final class ComponentTensors {
  private ComponentTensors() {}

  /** {@code int_repr()}, and the scales and zero points. */
  static List<NamedTensorData> of(String name, QuantizedContent tensor) {
    List<NamedTensorData> components = new ArrayList<>(3);
    add(components, name, "int_repr", tensor.integers());
    switch (tensor.quantizer()) {
      case Quantizer.PerTensor(double scale, long zeroPoint) -> {
        long bits = Double.doubleToRawLongBits(scale);
        addExact(components, name, "scale", scalar(DType.F64, bits));
        addExact(components, name, "zero_point", scalar(DType.I64, zeroPoint));
      }
      case Quantizer.PerChannel channels -> {
        addExact(components, name, "scale", channels.scales());
        addExact(components, name, "zero_point", channels.zeroPoints());
      }
    }
    return components;
  }

  /**
   * {@code indices()} and {@code values()}, or the index tensors of the compressed layouts and
   * {@code values()}.
   */
  static List<NamedTensorData> of(String name, SparseContent tensor) {
    List<NamedTensorData> components = new ArrayList<>(3);
    switch (tensor) {
      case SparseContent.Coordinates coordinates ->
          components.add(
              new NamedTensorData(
                  name + ".indices", new TensorData.Indices(coordinates.indices(), tensor)));
      case SparseContent.Compressed compressed -> {
        add(
            components,
            name,
            compressed.compression().compressedIndicesName(),
            compressed.compressedIndices());
        components.add(
            new NamedTensorData(
                name + "." + compressed.compression().plainIndicesName(),
                new TensorData.Indices(compressed.plainIndices(), tensor)));
      }
    }
    add(components, name, "values", tensor.values());
    return components;
  }

  /** The arguments from which PyTorch makes a nested tensor. */
  static List<NamedTensorData> of(String name, NestedContent tensor) {
    List<NamedTensorData> components = new ArrayList<>(4);
    switch (tensor) {
      case NestedContent.Strided strided -> {
        add(components, name, "buffer", strided.buffer());
        add(components, name, "sizes", strided.sizes());
        add(components, name, "strides", strided.strides());
        add(components, name, "storage_offsets", strided.storageOffsets());
      }
      case NestedContent.Jagged jagged -> {
        add(components, name, "values", jagged.values());
        add(components, name, "offsets", jagged.offsets());
        TensorView lengths = jagged.lengths();
        if (lengths != null) {
          add(components, name, "lengths", lengths);
        }
      }
    }
    return components;
  }

  private static void add(
      List<NamedTensorData> components, String name, String component, TensorView view) {
    TensorView written = PlainElements.isForeignComplex(view.dtype()) ? view.asReal() : view;
    components.add(OutputForms.strided(name + "." + component, written));
  }

  private static void addExact(
      List<NamedTensorData> components, String name, String component, TensorView view) {
    components.add(new NamedTensorData(name + "." + component, new TensorData.Strided(view), true));
  }

  private static TensorView scalar(DType dtype, long bits) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, bits);
    Storage storage = new Storage("number", "cpu", dtype, Long.BYTES);
    storage.locate(
        new ByteSource.InMemory("number", MemorySegment.ofArray(bytes.array())),
        ByteOrder.LITTLE_ENDIAN);
    return new TensorView(storage, dtype, 0, Shape.of(), Shape.of());
  }
}
