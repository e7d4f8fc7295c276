package dev.pt2st.convert.sidecar;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.DTypeValue;
import dev.pt2st.torch.value.NumpyDType;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * The values that a sidecar meets more than once. Each is written once and then referenced:
 * containers, including those that contain themselves, and long texts and bytes.
 */
final class SidecarReferences {
  /** Texts and bytes up to this length are repeated instead of referenced. */
  private static final int SHORT = 1024;

  private static final int ONCE = 0;
  private static final int NOT_NUMBERED = -1;

  /** The number of each shared value, negative until it is written for the first time. */
  private final IdentityHashMap<Value, Integer> numbers = new IdentityHashMap<>();

  private int count;

  private SidecarReferences() {}

  /** Visits everything that a sidecar writes of a value. */
  static SidecarReferences in(Value top) {
    SidecarReferences shared = new SidecarReferences();
    ArrayDeque<Value> open = new ArrayDeque<>(List.of(top));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (!mayBeShared(value)) {
        continue;
      }
      if (shared.numbers.putIfAbsent(value, ONCE) == null) {
        forEachPart(value, open::push);
      } else {
        shared.numbers.put(value, NOT_NUMBERED);
      }
    }
    return shared;
  }

  private static boolean mayBeShared(Value value) {
    return switch (value) {
      case Value.Text text -> text.value().length() > SHORT;
      case Value.Bytes bytes -> bytes.size() > SHORT;
      case Value.MutableBytes bytes -> true;
      case TupleValue tuple -> !tuple.items().isEmpty();
      case ListValue list -> true;
      case SetValue set -> true;
      case DictValue dict -> true;
      case ObjectValue object -> true;
      case TensorValue tensor -> tensor.attributes() != null;
      case NumpyValue array -> array.tensor() == null;
      case NumpyDType dtype -> !dtype.isPlain();
      case DTypeValue dtype -> false;
      case DomainValue domain -> true;
      case Value.None none -> false;
      case Value.Bool bool -> false;
      case Value.Int number -> false;
      case Value.BigInt number -> number.value().bitLength() > Byte.SIZE * SHORT;
      case Value.Real number -> false;
      case GlobalValue global -> false;
    };
  }

  private static void forEachPart(Value value, Consumer<Value> action) {
    switch (value) {
      case ListValue list -> list.items().forEach(action);
      case TupleValue tuple -> tuple.items().forEach(action);
      case SetValue set -> set.items().forEach(action);
      case DictValue dict -> {
        forEachItem(dict, action);
        dict.states().forEach(action);
      }
      case ObjectValue object -> {
        action.accept(object.type());
        object.arguments().forEach(action);
        object.states().forEach(action);
        object.listItems().forEach(action);
        DictValue items = object.dictItems();
        if (items != null) {
          forEachItem(items, action);
        }
      }
      case TensorValue tensor -> {
        Value attributes = tensor.attributes();
        if (attributes != null) {
          action.accept(attributes);
        }
      }
      case DomainValue domain -> domain.parts().forEach(action);
      default -> {}
    }
  }

  private static void forEachItem(DictValue dict, Consumer<Value> action) {
    for (int i = 0; i < dict.size(); i++) {
      action.accept(dict.key(i));
      action.accept(dict.value(i));
    }
  }

  /** A value's number, counted from 1 in the order of writing; 0 if it is met only once. */
  int numberOf(Value value) {
    Integer number = numbers.get(value);
    if (number == null || number == ONCE) {
      return 0;
    }
    if (number == NOT_NUMBERED) {
      count++;
      numbers.put(value, -count - 1);
      return count;
    }
    return number < 0 ? -number - 1 : number;
  }

  /** Whether a shared value has not been written yet; marks it as written. */
  boolean isFirst(Value value) {
    Integer number = numbers.get(value);
    if (number != null && number < 0) {
      numbers.put(value, -number - 1);
      return true;
    }
    return false;
  }
}
