package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Domain;
import dev.pt2st.pickle.GlobalName;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.GlobalValue.Standing;
import dev.pt2st.pickle.Kinds;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's world for the stack machine: a listed global has a Java constructor or is kept as an
 * inert record; every other one is an inert record too, and whether it may be there is decided when
 * the root is known.
 */
class TorchDomain implements Domain {
  private static final Map<String, Constructor> CONSTRUCTORS = new HashMap<>();

  static {
    PythonConstructors.addTo(CONSTRUCTORS);
    TensorConstructors.addTo(CONSTRUCTORS);
    QuantizedConstructors.addTo(CONSTRUCTORS);
    SparseConstructors.addTo(CONSTRUCTORS);
    NestedConstructors.addTo(CONSTRUCTORS);
    NumpyConstructors.addTo(CONSTRUCTORS);
  }

  private final Policy policy;
  private final PersistentIds persistentIds;
  private final Map<GlobalName, Value> globals = new LinkedHashMap<>();
  private long tensors;

  TorchDomain(Policy policy, PersistentIds persistentIds) {
    this.policy = policy;
    this.persistentIds = persistentIds;
  }

  /** The names that have a constructor. */
  static Collection<String> constructorNames() {
    return CONSTRUCTORS.keySet();
  }

  /** Every global that was named, in order; dtypes, which are values, left out. */
  List<GlobalValue> globals() {
    List<GlobalValue> found = new ArrayList<>();
    for (Value value : globals.values()) {
      if (value instanceof GlobalValue global) {
        found.add(global);
      }
    }
    return found;
  }

  /** Takes over the globals that another pickle of the same file named. */
  void addGlobalsOf(TorchDomain other) {
    other.globals.forEach((name, value) -> {
      Value known = globals.putIfAbsent(name, value);
      if (known instanceof GlobalValue global && value instanceof GlobalValue same) {
        global.note(same.use());
      }
    });
  }

  /** torch/serialization.py, load_module_mapping: the module torch.tensor became torch._tensor. */
  static GlobalName currentName(GlobalName name) {
    return name.module().equals("torch.tensor")
        ? new GlobalName("torch._tensor", name.name())
        : name;
  }

  @Override
  public Value global(GlobalName name, GlobalName written, Place place) {
    return globals.computeIfAbsent(currentName(name), key -> makeGlobal(key, written, place));
  }

  private Value makeGlobal(GlobalName name, GlobalName written, Place place) {
    Allowlist.Entry entry = Allowlist.find(name.toString());
    if (entry != null && entry.kind() == Allowlist.Kind.DTYPE) {
      DType dtype = DType.ofTorchName(name.toString());
      if (dtype != null) {
        return new DTypeValue(dtype);
      }
    }
    return new GlobalValue(name, written, standing(name), place);
  }

  /** What the rules say of a name. */
  Standing standing(GlobalName name) {
    return policy.standing(name);
  }

  /** What becomes of a call of a global that is not on the list. */
  Value callOther(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    return new ObjectValue(global, arguments);
  }

  /** What becomes of an instance of a class that is not on the list. */
  Value instanceOfOther(GlobalValue global, List<Value> arguments) {
    return new ObjectValue(global, arguments);
  }

  @Override
  public Value persistent(Value id, Place place) throws CheckpointException {
    return persistentIds.resolve(id, place);
  }

  @Override
  public Value call(Value callable, List<Value> arguments, Place place) throws CheckpointException {
    return switch (callable) {
      case GlobalValue global -> counted(callGlobal(global, arguments, place));
      case ObjectValue object -> new ObjectValue(object, arguments);
      default ->
          throw new MalformedException(
              place, Kinds.describe(callable) + " is called as if it were a function");
    };
  }

  private Value counted(Value made) {
    if (made instanceof TensorValue || made instanceof NumpyValue) {
      tensors++;
    }
    return made;
  }

  /** How many tensors and arrays were made. */
  long tensors() {
    return tensors;
  }

  private Value callGlobal(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    String name = global.name().toString();
    Allowlist.Entry entry = Allowlist.find(name);
    if (entry == null) {
      return callOther(global, arguments, place);
    }
    return switch (entry.kind()) {
      case DTYPE, CONSTANT, FUNCTION ->
          throw new RefusedException(
              place,
              name + " is called, and it is accepted only as a value",
              "do not trust the file: no checkpoint does this");
      case RECORD, MODULE, STORAGE -> new ObjectValue(global, arguments);
      case TENSOR_CLASS -> tensorOf(arguments);
      case REBUILD, CONSTRUCTOR -> {
        Constructor constructor = CONSTRUCTORS.get(name);
        Call call = new Call(this, global, arguments, place);
        yield constructor == null ? call.inert() : constructor.make(call);
      }
    };
  }

  /** {@code Parameter(data)}, or a tensor whose content comes with BUILD. */
  private static Value tensorOf(List<Value> arguments) {
    return !arguments.isEmpty() && arguments.getFirst() instanceof TensorValue data
        ? data.alias()
        : TensorValue.unset();
  }

  @Override
  public Value instance(
      Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
      throws CheckpointException {
    List<Value> all = arguments;
    if (keywords != null) {
      all = new ArrayList<>(arguments);
      all.add(keywords);
    }
    return switch (type) {
      case GlobalValue global -> counted(instanceOf(global, all, place));
      case ObjectValue object -> new ObjectValue(object, all);
      default -> throw noClass(type, place);
    };
  }

  private Value instanceOf(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    Allowlist.Entry entry = Allowlist.find(global.name().toString());
    if (entry == null) {
      return instanceOfOther(global, arguments);
    }
    return switch (entry.kind()) {
      case CONSTRUCTOR -> makeInstance(global, arguments, place);
      case RECORD, MODULE, STORAGE -> new ObjectValue(global, arguments);
      case TENSOR_CLASS -> tensorOf(arguments);
      case DTYPE, CONSTANT, FUNCTION, REBUILD -> throw noClass(global, place);
    };
  }

  /** {@code __new__} of a mutable container makes an empty one, whatever its arguments. */
  private Value makeInstance(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    boolean empty =
        switch (global.name().toString()) {
          case "collections.OrderedDict",
              "collections.defaultdict",
              "collections.Counter",
              "builtins.dict",
              "builtins.list",
              "builtins.set",
              "builtins.bytearray" ->
              true;
          default -> false;
        };
    return callGlobal(global, empty ? List.of() : arguments, place);
  }

  private static MalformedException noClass(Value type, Place place) {
    return new MalformedException(
        place, Kinds.describe(type) + " is instantiated, and it is no class");
  }
}
