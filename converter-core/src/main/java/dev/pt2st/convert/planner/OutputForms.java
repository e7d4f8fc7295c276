package dev.pt2st.convert.planner;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy.Form;
import dev.pt2st.convert.data.NumericSupport;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.ConvertOptions.Complex;
import dev.pt2st.convert.options.ConvertOptions.Nested;
import dev.pt2st.convert.options.ConvertOptions.Quantized;
import dev.pt2st.convert.options.ConvertOptions.Sparse;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NestedContent;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import dev.pt2st.torch.value.SparseShapes;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.List;

/** Decides how each tensor is written: as it is, or in the form that the options ask for. */
final class OutputForms {
  private final ConvertOptions options;
  private final Place input;

  /**
   * @param input names the checkpoint in messages
   */
  OutputForms(ConvertOptions options, Place input) {
    this.options = options;
    this.input = input;
  }

  /**
   * Decides the form of a tensor.
   *
   * @throws MalformedException if its description in the file contradicts itself
   */
  OutputForm of(NamedTensor tensor) throws MalformedException {
    String name = tensor.name();
    TensorValue.Content content = tensor.tensor().content();
    List<TensorView> views = content.views();
    for (int i = 0; i < views.size(); i++) { // runs for every tensor, so it avoids an iterator
      if (views.get(i).storage().source() == null) {
        throw new MalformedException(input.ofTensor(name), views.get(i).storage().whyMissing());
      }
    }
    return switch (content) {
      case TensorValue.Other other -> new OutputForm.Unwritable(other.what(), List.of());
      case TensorValue.Strided(TensorView view) -> plain(name, view);
      case ShardedContent sharded -> sharded(name, sharded);
      case QuantizedContent quantized -> quantized(name, quantized, input.ofTensor(name));
      case SparseContent sparse -> sparse(name, sparse, input.ofTensor(name));
      case NestedContent nested -> nested(name, nested, input.ofTensor(name));
    };
  }

  private OutputForm plain(String name, TensorView view) {
    if (!PlainElements.isForeignComplex(view.dtype())) {
      String why = PlainElements.whyUnwritable(view);
      return why == null
          ? new OutputForm.Written(List.of(strided(name, view)), null)
          : new OutputForm.Unwritable(why, List.of());
    }
    String why = PlainElements.whyUnwritable(view.asReal());
    if (why != null || options.complex() == Complex.REFUSE) {
      return new OutputForm.Unwritable(
          why == null ? "of dtype " + view.dtype().torchName() : why,
          why == null ? List.of(Form.COMPLEX_AS_REAL) : List.of());
    }
    OriginalTensor origin = new OriginalTensor("complex", "real").dtype(view.dtype());
    return new OutputForm.Written(List.of(strided(name, view.asReal())), origin.json());
  }

  /** Like {@link #plain}, for each piece. */
  private OutputForm sharded(String name, ShardedContent tensor) {
    boolean isReal = !PlainElements.isForeignComplex(tensor.dtype());
    ShardedContent written = isReal ? tensor : tensor.asReal();
    for (TensorView piece : written.views()) {
      String why = PlainElements.whyUnwritable(piece);
      if (why != null) {
        return new OutputForm.Unwritable(why, List.of());
      }
    }
    List<NamedTensorData> data =
        List.of(new NamedTensorData(name, new TensorData.Assembled(written)));
    if (isReal) {
      return new OutputForm.Written(data, null);
    }
    if (options.complex() == Complex.REFUSE) {
      return new OutputForm.Unwritable(
          "of dtype " + tensor.dtype().torchName(), List.of(Form.COMPLEX_AS_REAL));
    }
    OriginalTensor origin = new OriginalTensor("complex", "real").dtype(tensor.dtype());
    return new OutputForm.Written(data, origin.json());
  }

  private OutputForm quantized(String name, QuantizedContent tensor, Place place)
      throws MalformedException {
    String what = "a quantized tensor";
    if (options.quantized() == Quantized.REFUSE) {
      return new OutputForm.Unwritable(what, List.of(Form.DEQUANTIZED_OR_COMPONENTS));
    }
    boolean inFull = options.quantized() == Quantized.DEQUANTIZE;
    OriginalTensor origin =
        new OriginalTensor("quantized", inFull ? "dequantized" : "components")
            .dtype(tensor.dtype())
            .text("scheme", tensor.quantizer().scheme());
    switch (tensor.quantizer()) {
      case Quantizer.PerTensor(double scale, long zeroPoint) -> {
        if (inFull && !QuantizedRange.takes(zeroPoint, tensor.dtype())) {
          throw new MalformedException(
              place,
              "its zero point "
                  + zeroPoint
                  + " is outside of the range of "
                  + tensor.dtype().torchName());
        }
        if (inFull) {
          origin.real("scale", scale).number("zero_point", zeroPoint);
        }
      }
      case Quantizer.PerChannel channels -> {
        origin.number("axis", channels.axis());
        if (inFull && !QuantizedRange.takes(channels, tensor.dtype())) {
          return new OutputForm.Unwritable(
              what + " that PyTorch itself does not dequantize",
              List.of(Form.QUANTIZED_COMPONENTS));
        }
      }
    }
    if (inFull) {
      if (overflows(tensor.shape(), DType.F32)) {
        throw new MalformedException(place, "its sizes " + tensor.shape() + " overflow");
      }
      String why = PlainElements.whyUnwritable(tensor.integers());
      return why == null
          ? new OutputForm.Written(
              List.of(new NamedTensorData(name, new TensorData.Dequantized(tensor))), origin.json())
          : new OutputForm.Unwritable(why, List.of());
    }
    origin.sizes("shape", tensor.shape());
    return components(what, ComponentTensors.of(name, tensor), origin);
  }

  private OutputForm sparse(String name, SparseContent tensor, Place place)
      throws MalformedException {
    DType dtype = tensor.values().dtype();
    String what = "a sparse tensor (" + tensor.layout().replace("torch.sparse_", "") + ")";
    List<Form> missing = new ArrayList<>();
    if (options.sparse() == Sparse.REFUSE) {
      missing.add(Form.DENSE_OR_COMPONENTS);
    }
    boolean foreign = PlainElements.isForeignComplex(dtype);
    if (foreign) {
      what += " of " + dtype.torchName();
      if (options.complex() == Complex.REFUSE) {
        missing.add(Form.COMPLEX_AS_REAL);
      }
    }
    if (!missing.isEmpty()) {
      return new OutputForm.Unwritable(what, missing);
    }
    String problem = SparseShapes.problem(tensor);
    if (problem != null) {
      throw new MalformedException(place, problem);
    }
    boolean inFull = options.sparse() == Sparse.DENSE;
    OriginalTensor origin =
        new OriginalTensor("sparse", inFull ? "dense" : "components")
            .dtype(dtype)
            .text("layout", tensor.layout())
            .sizes("shape", tensor.shape());
    describe(tensor, origin);
    if (!inFull) {
      return components(what, ComponentTensors.of(name, tensor), origin);
    }
    if (!NumericSupport.canAdd(dtype)) {
      return new OutputForm.Unwritable(
          what + " of " + dtype.torchName() + ", which PyTorch itself does not write in full",
          List.of(Form.SPARSE_COMPONENTS));
    }
    for (TensorView view : tensor.views()) {
      String why =
          PlainElements.whyUnwritable(
              PlainElements.isForeignComplex(view.dtype()) ? view.asReal() : view);
      if (why != null) {
        return new OutputForm.Unwritable(what + " with components " + why, List.of());
      }
    }
    return new OutputForm.Written(
        List.of(new NamedTensorData(name, new TensorData.Dense(tensor, foreign))), origin.json());
  }

  /** Adds what is needed to make the dense tensor sparse again. */
  private static void describe(SparseContent tensor, OriginalTensor origin) {
    switch (tensor) {
      case SparseContent.Coordinates coordinates -> {
        origin.number("sparse_dim", coordinates.indices().shape().get(0));
        if (coordinates.coalesced() != null) {
          origin.truth("coalesced", coordinates.coalesced());
        }
      }
      case SparseContent.Compressed compressed -> {
        Shape values = compressed.values().shape();
        int batch = compressed.compressedIndices().shape().rank() - 1;
        if (compressed.compression().inBlocks()) {
          origin.sizes("blocksize", Shape.of(values.get(batch + 1), values.get(batch + 2)));
        }
        origin.number("dense_dim", compressed.shape().rank() - batch - 2L);
      }
    }
  }

  private OutputForm nested(String name, NestedContent tensor, Place place)
      throws MalformedException {
    DType dtype = tensor.elements().dtype();
    String what = "a nested tensor";
    List<Form> missing = new ArrayList<>();
    if (options.nested() == Nested.REFUSE) {
      missing.add(Form.NESTED_COMPONENTS);
    }
    if (PlainElements.isForeignComplex(dtype)) {
      what += " of " + dtype.torchName();
      if (options.complex() == Complex.REFUSE) {
        missing.add(Form.COMPLEX_AS_REAL);
      }
    }
    if (!missing.isEmpty()) {
      return new OutputForm.Unwritable(what, missing);
    }
    String problem = NestedShapes.problem(tensor);
    if (problem != null) {
      throw new MalformedException(place, problem);
    }
    OriginalTensor origin =
        new OriginalTensor("nested", "components").dtype(dtype).text("layout", tensor.layout());
    if (tensor instanceof NestedContent.Jagged jagged) {
      origin.number("ragged_idx", jagged.raggedDimension());
      jagged.shortest().ifPresent(length -> origin.number("min_seqlen", length));
      jagged.longest().ifPresent(length -> origin.number("max_seqlen", length));
    }
    return components(what, ComponentTensors.of(name, tensor), origin);
  }

  private static OutputForm components(
      String what, List<NamedTensorData> components, OriginalTensor origin) {
    for (NamedTensorData component : components) {
      for (TensorView view : component.data().views()) {
        String why =
            PlainElements.whyUnwritable(
                PlainElements.isForeignComplex(view.dtype()) ? view.asReal() : view);
        if (why != null) {
          return new OutputForm.Unwritable(what + " with components " + why, List.of());
        }
      }
    }
    return new OutputForm.Written(components, origin.json());
  }

  static NamedTensorData strided(String name, TensorView view) {
    return new NamedTensorData(name, new TensorData.Strided(view));
  }

  private static boolean overflows(Shape shape, DType dtype) {
    return shape.elementCount() > Long.MAX_VALUE / dtype.byteSize();
  }
}
