package dev.pt2st.torch;

import dev.pt2st.MalformedException;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NestedContent;
import dev.pt2st.torch.value.TensorValue;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code _rebuild_nested_tensor} of {@code torch/_utils.py} and {@code _rebuild_njt} of {@code
 * torch/nested/_internal/nested_tensor.py}.
 */
final class NestedConstructors {
  private NestedConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    table.put("torch._utils._rebuild_nested_tensor", NestedConstructors::strided);
    table.put("torch.nested._internal.nested_tensor._rebuild_njt", NestedConstructors::jagged);
  }

  private static Value strided(Call call) throws MalformedException {
    TensorView buffer = ComponentParts.view(call.argument(0));
    TensorView sizes = ComponentParts.view(call.argument(1));
    TensorView strides = ComponentParts.view(call.argument(2));
    TensorView storageOffsets = ComponentParts.view(call.argument(3));
    if (buffer == null || sizes == null || strides == null || storageOffsets == null) {
      return other(call);
    }
    return ComponentParts.whole(
        new NestedContent.Strided(buffer, sizes, strides, storageOffsets),
        call.arguments().toArray(Value[]::new));
  }

  private static Value jagged(Call call) throws MalformedException {
    if (!(call.argument(0) instanceof DictValue arguments)) {
      throw call.wrong(0, "a dict of arguments");
    }
    Value values = arguments.get("values");
    Value offsets = arguments.get("offsets");
    Value lengths = arguments.get("lengths");
    TensorView valuesView = values == null ? null : ComponentParts.view(values);
    TensorView offsetsView = offsets == null ? null : ComponentParts.view(offsets);
    TensorView lengthsView = lengths == null ? null : ComponentParts.view(lengths);
    boolean hasLengths = lengths != null && !(lengths instanceof Value.None);
    if (values == null
        || offsets == null
        || valuesView == null
        || offsetsView == null
        || (hasLengths && lengthsView == null)) {
      return other(call);
    }
    long raggedDimension =
        arguments.get("_ragged_idx") instanceof Value.Int(long dimension) ? dimension : 1;
    Value cache = arguments.get("_metadata_cache");
    TensorValue made =
        ComponentParts.whole(
            new NestedContent.Jagged(
                valuesView,
                offsetsView,
                lengthsView,
                raggedDimension,
                cached(cache, "min_seqlen"),
                cached(cache, "max_seqlen")),
            values,
            offsets);
    if (lengths instanceof TensorValue tensor) {
      tensor.parts().forEach(made::with);
    }
    if (cache instanceof DictValue dict) {
      dict.entries().forEach(entry -> addParts(made, entry.value()));
    }
    return made;
  }

  private static void addParts(TensorValue whole, Value value) {
    if (value instanceof TensorValue tensor) {
      tensor.parts().forEach(whole::with);
    } else {
      whole.with(value);
    }
  }

  /** Reads a cached number, which is stored as the first size of a tensor without elements. */
  private static OptionalLong cached(@Nullable Value cache, String key) {
    Value number = cache instanceof DictValue dict ? dict.get(key) : null;
    TensorView view = number == null ? null : ComponentParts.view(number);
    return view == null || view.shape().rank() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(view.shape().get(0));
  }

  private static Value other(Call call) {
    return new TensorValue(
        new TensorValue.Other("a nested tensor", null, null, ComponentParts.of(call)));
  }
}
