package dev.pt2st.torch;

import dev.pt2st.MalformedException;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.SparseContent;
import dev.pt2st.torch.value.SparseContent.Compression;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code _rebuild_sparse_tensor} of {@code torch/_utils.py}, also under its older names. */
final class SparseConstructors {
  private static final String PREFIX = "torch.sparse_";

  private SparseConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    table.put("torch._utils._rebuild_sparse_tensor", SparseConstructors::sparse);
    table.put("torch._utils._rebuild_sparse_csr_tensor", SparseConstructors::sparse);
  }

  private static Value sparse(Call call) throws MalformedException {
    String layout = layout(call.argument(0));
    Value made = null;
    if (layout != null && call.argument(1) instanceof TupleValue data) {
      made =
          layout.equals("coo")
              ? coordinates(call, data.items())
              : compressed(call, layout, data.items());
    }
    if (made != null) {
      return made;
    }
    return new TensorValue(
        new TensorValue.Other(
            "a sparse tensor" + (layout == null ? "" : " (" + layout + ")"),
            null,
            null,
            ComponentParts.of(call)));
  }

  /**
   * The part of the layout's name after {@code torch.sparse_}; null if the value is not such a
   * layout.
   */
  private static @Nullable String layout(Value value) {
    return value instanceof ObjectValue named
            && named.arguments().size() == 1
            && named.arguments().getFirst() instanceof Value.Text text
            && text.value().startsWith(PREFIX)
        ? text.value().substring(PREFIX.length())
        : null;
  }

  /** A COO tensor; null if a component is not a plain tensor. */
  private static @Nullable Value coordinates(Call call, List<Value> data)
      throws MalformedException {
    if (data.size() != 3 && data.size() != 4) {
      throw call.malformed("has " + data.size() + " components for a layout of 3 or 4");
    }
    TensorView indices = ComponentParts.view(data.get(0));
    TensorView values = ComponentParts.view(data.get(1));
    Shape shape = shape(call, data.get(2));
    if (indices == null || values == null) {
      return null;
    }
    Boolean coalesced =
        (data.size() == 4 && data.get(3) instanceof Value.Bool(boolean set)) ? set : null;
    return ComponentParts.whole(
        new SparseContent.Coordinates(indices, values, shape, coalesced), data.get(0), data.get(1));
  }

  private static @Nullable Value compressed(Call call, String layout, List<Value> data)
      throws MalformedException {
    Compression compression = null;
    for (Compression each : Compression.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(layout)) {
        compression = each;
      }
    }
    if (compression == null) {
      return null;
    }
    if (data.size() != 4) {
      throw call.malformed("has " + data.size() + " components for a layout of 4");
    }
    TensorView compressedIndices = ComponentParts.view(data.get(0));
    TensorView plainIndices = ComponentParts.view(data.get(1));
    TensorView values = ComponentParts.view(data.get(2));
    Shape shape = shape(call, data.get(3));
    if (compressedIndices == null || plainIndices == null || values == null) {
      return null;
    }
    return ComponentParts.whole(
        new SparseContent.Compressed(compression, compressedIndices, plainIndices, values, shape),
        data.get(0),
        data.get(1),
        data.get(2));
  }

  private static Shape shape(Call call, Value value) throws MalformedException {
    Shape shape = Views.shapeOf(value);
    if (shape == null) {
      throw call.malformed("has sizes that are none");
    }
    return shape;
  }
}
