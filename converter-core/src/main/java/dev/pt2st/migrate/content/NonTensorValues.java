package dev.pt2st.migrate.content;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds data in a checkpoint other than tensors: numbers, texts, objects with their classes. A
 * safetensors file cannot hold them. Keys, {@code None}, empty values and the {@code _metadata} of
 * a state dict (versions that loading does not need) do not count.
 */
public final class NonTensorValues {
  private static final String METADATA = "_metadata";

  /** Longer paths are cut off. */
  private static final int MOST_KEYS = 8;

  private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<Place> open = new ArrayDeque<>();

  /**
   * A value to be visited.
   *
   * @param above the enclosing value; null at the top
   * @param key its key in the enclosing value
   */
  private record Place(@Nullable Place above, String key, Value value) {
    String path() {
      ArrayDeque<String> keys = new ArrayDeque<>();
      for (Place at = this; at != null; at = at.above) {
        keys.push(at.key);
      }
      keys.pop();
      return keys.isEmpty()
          ? "the object itself"
          : String.join(".", keys.stream().limit(MOST_KEYS).toList());
    }
  }

  private NonTensorValues() {}

  /** The path of the first such value: its keys, joined by dots. */
  public static Optional<String> first(Value top) {
    return new NonTensorValues().find(new Place(null, "", top));
  }

  private Optional<String> find(Place top) {
    open.push(top);
    while (!open.isEmpty()) {
      Place place = open.pop();
      if (isData(place)) {
        return Optional.of(place.path());
      }
    }
    return Optional.empty();
  }

  /** Whether a value is data itself; the content of a container is visited next. */
  private boolean isData(Place place) {
    return switch (place.value) {
      case Value.None none -> false;
      case Value.Text text -> !text.value().isEmpty();
      case Value.Bytes bytes -> bytes.size() > 0;
      case Value.MutableBytes bytes -> bytes.content().size() > 0;
      case Value.Bool bool -> true;
      case Value.Int number -> true;
      case Value.BigInt number -> true;
      case Value.Real number -> true;
      case GlobalValue global -> true;
      case ObjectValue object -> true;
      case DictValue dict -> {
        addItems(place, dict);
        yield false;
      }
      case ListValue list -> addAll(place, list.items());
      case TupleValue tuple -> addAll(place, tuple.items());
      case SetValue set -> addAll(place, List.copyOf(set.items()));
      case TensorValue tensor -> addState(place, tensor.attributes());
      case NumpyValue array -> array.tensor() == null;
      case DomainValue other -> true;
    };
  }

  private void addItems(Place place, DictValue dict) {
    if (!seen.add(dict)) {
      return;
    }
    for (int i = dict.size() - 1; i >= 0; i--) {
      Value value = dict.value(i);
      if (!isPlainTensor(value)) {
        open.push(new Place(place, key(dict.key(i)), value));
      }
    }
    for (Value state : dict.states()) {
      addState(place, state);
    }
  }

  /** Whether a value is a plain tensor, as nearly everything in a state dict is. */
  private static boolean isPlainTensor(Value value) {
    return value instanceof TensorValue tensor && tensor.attributes() == null;
  }

  /** Adds attributes. The factory of a default dict is not data. */
  private boolean addState(Place place, @Nullable Value state) {
    if (state instanceof DictValue attributes) {
      for (DictValue.Entry entry : attributes.entries()) {
        String key = key(entry.key());
        if (!key.equals(METADATA)) {
          open.push(new Place(place, key, entry.value()));
        }
      }
    } else if (state != null && !(state instanceof GlobalValue)) {
      open.push(new Place(place, "(its state)", state));
    }
    return false;
  }

  private boolean addAll(Place place, List<Value> items) {
    if (!items.isEmpty() && seen.add(place.value)) {
      for (int i = items.size() - 1; i >= 0; i--) {
        open.push(new Place(place, String.valueOf(i), items.get(i)));
      }
    }
    return false;
  }

  private static String key(Value key) {
    return switch (key) {
      case Value.Text text -> text.value();
      case Value.Int number -> String.valueOf(number.value());
      default -> "(a key)";
    };
  }
}
