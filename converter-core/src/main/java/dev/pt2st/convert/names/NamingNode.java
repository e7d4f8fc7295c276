package dev.pt2st.convert.names;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.ScriptObject;
import dev.pt2st.torch.value.TensorValue;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The role of a value in naming tensors. */
public sealed interface NamingNode {
  /** The deepest nesting of one-item arrays that is followed; real files have less. */
  int MOST_ARRAYS = 16;

  /** A child value with its key. */
  record Child(Value key, Value value) {}

  /** A tensor or a numeric array. */
  record Tensor(TensorValue tensor) implements NamingNode {}

  /** Named values: a dict, or the state of an inert object. */
  record Mapping(List<Child> children) implements NamingNode {}

  /** Numbered values: a list or tuple. */
  record Sequence(List<Child> children) implements NamingNode {}

  /**
   * A module, with what its {@code state_dict()} holds.
   *
   * @param leftOut its non-persistent buffers
   */
  record Module(List<Child> children, List<Child> leftOut) implements NamingNode {}

  /** A value that holds no named tensor. */
  record Leaf() implements NamingNode {}

  /** The children whose tensors get names; none for a tensor or a leaf. */
  default List<Child> named() {
    return switch (this) {
      case Mapping mapping -> mapping.children;
      case Sequence sequence -> sequence.children;
      case Module module -> module.children;
      case Tensor tensor -> List.of();
      case Leaf leaf -> List.of();
    };
  }

  /** Whether it is a mapping or a module, as required of a root. */
  default boolean isRoot() {
    return this instanceof Mapping || this instanceof Module;
  }

  static NamingNode of(Value value) {
    return switch (value) {
      case TensorValue tensor -> new Tensor(tensor);
      case NumpyValue array -> {
        TensorValue tensor = array.tensor();
        yield tensor == null ? ofObjects(array) : new Tensor(tensor);
      }
      case DictValue dict -> new Mapping(childrenOf(dict));
      case ListValue list -> new Sequence(numbered(list.items()));
      case TupleValue tuple -> new Sequence(numbered(tuple.items()));
      case ObjectValue object -> ofObject(object);
      case ScriptObject object -> ofState(object.state());
      default -> new Leaf();
    };
  }

  /**
   * The state of a TorchScript object; a state that is not a container counts as a tuple of one.
   */
  private static NamingNode ofState(Value state) {
    return switch (state) {
      case DictValue dict -> new Mapping(childrenOf(dict));
      case ListValue list -> new Sequence(numbered(list.items()));
      case TupleValue tuple -> new Sequence(numbered(tuple.items()));
      default -> new Sequence(numbered(List.of(state)));
    };
  }

  private static NamingNode ofObject(ObjectValue object) {
    DictValue attributes = ObjectStates.attributes(object);
    if (attributes.get("_parameters") instanceof DictValue parameters
        && attributes.get("_modules") instanceof DictValue modules) {
      return ofModule(attributes, parameters, modules);
    }
    Value packed = ObjectStates.packedState(object);
    if (packed != null) {
      return ofState(packed);
    }
    Value compiled = ObjectStates.compiledModule(object);
    if (compiled != null) {
      return new Module(List.of(new Child(new Value.Text("_orig_mod"), compiled)), List.of());
    }
    DictValue items = object.dictItems();
    List<Child> children = childrenOf(attributes);
    if (items != null) {
      children = new ArrayList<>(children);
      children.addAll(childrenOf(items));
    }
    List<Child> arguments =
        attributes == object.attributes() ? ObjectStates.arguments(object) : List.of();
    if (arguments.isEmpty()) {
      return children.isEmpty() ? new Leaf() : new Mapping(children);
    }
    if (children.isEmpty()) {
      return new Sequence(arguments);
    }
    List<Child> all = new ArrayList<>(children);
    all.addAll(arguments);
    return new Mapping(all);
  }

  /**
   * The items of a NumPy array of objects, each under its index; an array of one item counts as
   * that item.
   */
  private static NamingNode ofObjects(NumpyValue array) {
    NumpyValue at = array;
    for (int depth = 0; depth < MOST_ARRAYS; depth++) {
      NumpyValue.Objects objects = at.objects();
      if (objects == null) {
        return new Leaf();
      }
      if (objects.shape().rank() > 0) {
        return new Sequence(view(objects.size(), i -> new Child(objects.key(i), objects.item(i))));
      }
      Value only = objects.item(0);
      if (!(only instanceof NumpyValue inner) || inner.tensor() != null) {
        return of(only);
      }
      at = inner;
    }
    return new Leaf();
  }

  /** {@code Module.state_dict} of torch/nn/modules/module.py ({@code _save_to_state_dict}). */
  private static NamingNode ofModule(
      DictValue attributes, DictValue parameters, DictValue modules) {
    Set<String> transientBuffers = new HashSet<>();
    if (attributes.get("_non_persistent_buffers_set") instanceof SetValue names) {
      for (Value name : names.items()) {
        if (name instanceof Value.Text text) {
          transientBuffers.add(text.value());
        }
      }
    }
    List<Child> children = new ArrayList<>();
    List<Child> leftOut = new ArrayList<>();
    addPresent(children, parameters);
    if (attributes.get("_buffers") instanceof DictValue buffers) {
      for (DictValue.Entry entry : buffers.entries()) {
        if (entry.value() instanceof Value.None) {
          continue;
        }
        boolean persistent =
            !(entry.key() instanceof Value.Text name && transientBuffers.contains(name.value()));
        (persistent ? children : leftOut).add(new Child(entry.key(), entry.value()));
      }
    }
    addPresent(children, modules);
    children.addAll(ObjectStates.packedParameters(attributes));
    return new Module(children, leftOut);
  }

  private static void addPresent(List<Child> children, DictValue dict) {
    for (DictValue.Entry entry : dict.entries()) {
      if (!(entry.value() instanceof Value.None)) {
        children.add(new Child(entry.key(), entry.value()));
      }
    }
  }

  /** The items of a dict, created lazily since there may be millions. */
  private static List<Child> childrenOf(DictValue dict) {
    return view(dict.size(), i -> new Child(dict.key(i), dict.value(i)));
  }

  private static List<Child> numbered(List<Value> items) {
    return view(items.size(), i -> new Child(new Value.Int(i), items.get(i)));
  }

  private static List<Child> view(int size, IntFunction<Child> children) {
    return new AbstractList<>() {
      @Override
      public Child get(int index) {
        return children.apply(index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  /** The text that a key adds to a name; null if a key of its type cannot be part of a name. */
  static @Nullable String keyText(Value key) {
    return switch (key) {
      case Value.Text text -> text.value();
      case Value.Int number -> Long.toString(number.value());
      // Formatting takes time quadratic in the number of digits, so a key that long is not
      // accepted.
      case Value.BigInt number when number.value().bitLength() < 4096 -> number.value().toString();
      default -> null;
    };
  }

  /** A key as text for reports, even of a type that cannot be part of a name. */
  static String keyLabel(Value key) {
    String text = keyText(key);
    return text == null ? "(" + ValueDescription.of(key) + " as a key)" : text;
  }
}
