package dev.pt2st.checkpoint.script;

import dev.pt2st.GlobalName;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.ScriptObject;
import dev.pt2st.torch.value.TensorValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names the values that quantized modules of TorchScript store in a tuple, as in the {@code
 * state_dict()} of the same module outside of TorchScript.
 */
final class QuantizedModules {
  /** Both {@code torch.nn.quantized} and, since PyTorch 1.13, {@code torch.ao.nn.quantized}. */
  private static final String PACKAGE = ".quantized.";

  /** {@code _ConvNd.__getstate__} of torch/ao/nn/quantized/modules/conv.py. */
  private static final List<String> CONVOLUTION =
      List.of(
          "in_channels",
          "out_channels",
          "kernel_size",
          "stride",
          "padding",
          "dilation",
          "transposed",
          "output_padding",
          "groups",
          "padding_mode",
          "weight",
          "bias",
          "scale",
          "zero_point",
          "training");

  private static final int WEIGHT = CONVOLUTION.indexOf("weight");
  private static final int PADDING_MODE = CONVOLUTION.indexOf("padding_mode");

  private static final String LINEAR = "LinearPackedParams";

  /**
   * The values that follow weight and bias in {@code LinearPackedParams.__getstate__} of
   * torch/nn/quantized/modules/linear.py up to PyTorch 1.9.
   */
  private static final List<String> BEHIND_LINEAR = List.of("training", "dtype");

  private QuantizedModules() {}

  /** The state of a quantized module with names; null for anything else. */
  static @Nullable DictValue named(ScriptObject object) {
    GlobalName name = object.type().name();
    if (!(name.module() + ".").contains(PACKAGE) || !(object.state() instanceof TupleValue tuple)) {
      return null;
    }
    List<Value> items = tuple.items();
    if (items.size() == CONVOLUTION.size()
        && items.get(PADDING_MODE) instanceof Value.Text
        && items.get(WEIGHT) instanceof TensorValue) {
      return dict(CONVOLUTION, items);
    }
    int behind = items.size() - 2;
    if (name.name().equals(LINEAR)
        && behind >= 0
        && behind <= BEHIND_LINEAR.size()
        && items.getFirst() instanceof TensorValue) {
      DictValue named = dict(BEHIND_LINEAR.subList(0, behind), items.subList(2, items.size()));
      named.put(new Value.Text("_packed_params"), new TupleValue(items.subList(0, 2)));
      return named;
    }
    return null;
  }

  private static DictValue dict(List<String> names, List<Value> items) {
    DictValue dict = new DictValue(DictValue.Kind.DICT);
    for (int i = 0; i < items.size(); i++) {
      dict.put(new Value.Text(names.get(i)), items.get(i));
    }
    return dict;
  }
}
