package dev.pt2st.convert.names;

import dev.pt2st.GlobalStanding;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the state of inert objects that do not have it from BUILD. */
final class ObjectStates {
  /**
   * The class as which objects of PyTorch's C++ classes are pickled: {@code torch/_C/__init__.pyi}.
   */
  private static final String SCRIPT_OBJECT = "torch.ScriptObject";

  private static final String COMPILED = "torch._dynamo.eval_frame.OptimizedModule";

  private ObjectStates() {}

  /**
   * The attributes of an object. They may be a mapping among the arguments of a call that holds the
   * whole state: {@code GraphModule.__reduce__} of {@code torch/fx/graph_module.py} gives the
   * {@code __dict__} of the module, and StyleGAN's {@code torch_utils/persistence.py} a mapping
   * with {@code class_name} and {@code state}.
   */
  static DictValue attributes(ObjectValue object) {
    if (object.attributes().size() > 0 || object.dictItems() != null) {
      return object.attributes();
    }
    for (Value argument : object.arguments()) {
      DictValue mapping =
          switch (argument) {
            case DictValue dict -> dict;
            case ObjectValue inner -> inner.dictItems();
            default -> null;
          };
      if (mapping == null) {
        continue;
      }
      if (mapping.get("_parameters") instanceof DictValue
          && mapping.get("_modules") instanceof DictValue) {
        return mapping;
      }
      if (mapping.get("class_name") instanceof Value.Text
          && mapping.get("state") instanceof DictValue state) {
        return state;
      }
    }
    return object.attributes();
  }

  /**
   * The module inside a {@code torch.compile} module, which is its argument; null for all other
   * objects.
   */
  static @Nullable Value compiledModule(ObjectValue object) {
    return object.typeName().equals(COMPILED) && !object.arguments().isEmpty()
        ? object.arguments().getFirst()
        : null;
  }

  /**
   * The state of an object of a C++ class, such as the packed parameters of a quantized module. It
   * is pickled as a pair of the state and the name of the class. Null for all other objects.
   */
  static @Nullable Value packedState(ObjectValue object) {
    return object.typeName().equals(SCRIPT_OBJECT)
            && object.states().size() == 1
            && object.states().getFirst() instanceof TupleValue pair
            && pair.items().size() == 2
        ? pair.items().getFirst()
        : null;
  }

  /**
   * The attributes of a module that are objects of C++ classes: its {@code state_dict()} has their
   * tensors.
   */
  static List<NamingNode.Child> packedParameters(DictValue attributes) {
    List<NamingNode.Child> found = new ArrayList<>(0);
    for (int i = 0; i < attributes.size(); i++) {
      if (attributes.value(i) instanceof ObjectValue object && packedState(object) != null) {
        TensorValue weight = packedWeight(object);
        found.add(new NamingNode.Child(attributes.key(i), weight == null ? object : weight));
      }
    }
    return found;
  }

  /**
   * The only tensor of a packed embedding, whose {@code state_dict()} has it without a number
   * ({@code EmbeddingPackedParams._save_to_state_dict} of {@code
   * torch/ao/nn/quantized/modules/embedding_ops.py}). Its state is a version, the tensors and two
   * lists of numbers. Null for all other objects.
   */
  private static @Nullable TensorValue packedWeight(ObjectValue object) {
    return object.states().getFirst() instanceof TupleValue pair
            && pair.items().get(1) instanceof Value.Text type
            && type.value().endsWith(".EmbeddingPackedParamsBase")
            && pair.items().getFirst() instanceof TupleValue state
            && state.items().size() > 1
            && state.items().get(1) instanceof ListValue tensors
            && tensors.items().size() == 1
            && tensors.items().getFirst() instanceof TensorValue tensor
        ? tensor
        : null;
  }

  /**
   * The constructor arguments of an object of an unlisted class, such as a named tuple, under their
   * positions. Arguments that are also among its attributes or items are omitted, as they have a
   * name already.
   */
  static List<NamingNode.Child> arguments(ObjectValue object) {
    boolean isListed =
        object.type() instanceof GlobalValue type && type.standing() == GlobalStanding.LISTED;
    if (isListed || object.arguments().stream().noneMatch(ObjectStates::mayLead)) {
      return List.of();
    }
    Set<Value> named = Collections.newSetFromMap(new IdentityHashMap<>());
    addValues(object.attributes(), named);
    DictValue items = object.dictItems();
    if (items != null) {
      addValues(items, named);
    }
    List<NamingNode.Child> children = new ArrayList<>();
    for (int i = 0; i < object.arguments().size(); i++) {
      Value argument = object.arguments().get(i);
      if (mayLead(argument) && !named.contains(argument)) {
        children.add(new NamingNode.Child(new Value.Int(i), argument));
      }
    }
    return children;
  }

  private static void addValues(DictValue dict, Set<Value> values) {
    for (int i = 0; i < dict.size(); i++) {
      values.add(dict.value(i));
    }
  }

  private static boolean mayLead(Value value) {
    return switch (value) {
      case TensorValue tensor -> true;
      case NumpyValue array -> true;
      case DictValue dict -> true;
      case ListValue list -> true;
      case TupleValue tuple -> true;
      case ObjectValue object -> true;
      default -> false;
    };
  }
}
