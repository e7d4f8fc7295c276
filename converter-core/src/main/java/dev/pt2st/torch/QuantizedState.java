package dev.pt2st.torch;

import dev.pt2st.io.ByteSource;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The states of eager quantized modules. {@code _save_to_state_dict} of {@code
 * torch/ao/nn/quantized/modules/linear.py}, {@code conv.py} and {@code functional_modules.py}
 * writes numbers of the module as tensors, and a convolution is pickled as a tuple.
 */
final class QuantizedState {
  private static final int CONVOLUTION = 15;
  private static final int PADDING_MODE = 9;
  private static final int WEIGHT = 10;
  private static final int BIAS = 11;
  private static final int SCALE = 12;
  private static final int ZERO_POINT = 13;

  private QuantizedState() {}

  /**
   * Adds to the state of a quantized module the tensors that only its {@code state_dict()} has.
   *
   * @return how many tensors were made
   */
  static int complete(ObjectValue object, Value state) {
    if (!object.typeName().startsWith("torch.") || !object.typeName().contains(".quantized.")) {
      return 0;
    }
    return switch (state) {
      case DictValue attributes
          when attributes.get("_buffers") instanceof DictValue buffers
              && attributes.get("_parameters") instanceof DictValue ->
          addNumbers(buffers, attributes.get("scale"), attributes.get("zero_point"));
      case TupleValue tuple
          when tuple.items().size() == CONVOLUTION
              && tuple.items().get(PADDING_MODE) instanceof Value.Text
              && tuple.items().get(WEIGHT) instanceof TensorValue ->
          convolution(object, tuple.items());
      default -> 0;
    };
  }

  private static int convolution(ObjectValue object, List<Value> state) {
    DictValue parameters = new DictValue(DictValue.Kind.DICT);
    parameters.put(new Value.Text("weight"), state.get(WEIGHT));
    parameters.put(new Value.Text("bias"), state.get(BIAS));
    DictValue buffers = new DictValue(DictValue.Kind.DICT);
    final int made = addNumbers(buffers, state.get(SCALE), state.get(ZERO_POINT));
    DictValue attributes = new DictValue(DictValue.Kind.DICT);
    attributes.put(new Value.Text("_parameters"), parameters);
    attributes.put(new Value.Text("_buffers"), buffers);
    attributes.put(new Value.Text("_modules"), new DictValue(DictValue.Kind.DICT));
    object.addState(attributes);
    return made;
  }

  /** {@code torch.tensor(self.scale)} and {@code torch.tensor(self.zero_point)}. */
  private static int addNumbers(
      DictValue buffers, @Nullable Value scale, @Nullable Value zeroPoint) {
    int made = 0;
    if (scale instanceof Value.Real(double number) && buffers.get("scale") == null) {
      byte[] bytes = new byte[Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat((float) number);
      buffers.put(new Value.Text("scale"), scalar(DType.F32, bytes));
      made++;
    }
    if (zeroPoint instanceof Value.Int(long number) && buffers.get("zero_point") == null) {
      byte[] bytes = new byte[Long.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(number);
      buffers.put(new Value.Text("zero_point"), scalar(DType.I64, bytes));
      made++;
    }
    return made;
  }

  private static TensorValue scalar(DType dtype, byte[] bytes) {
    Storage storage = new Storage("number", "cpu", dtype, bytes.length);
    storage.locate(
        new ByteSource.InMemory("number", MemorySegment.ofArray(bytes)), ByteOrder.LITTLE_ENDIAN);
    return new TensorValue(
        new TensorValue.Strided(new TensorView(storage, dtype, 0, Shape.of(), Shape.of())));
  }
}
