package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Domain;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.StorageValue;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's domain for the stack machine. A listed global has a Java constructor or is kept as an
 * inert record. Every other global is an inert record too; whether it is refused is decided when
 * the root is known.
 */
public class TorchDomain implements Domain {
  private static final Map<String, Constructor> CONSTRUCTORS = new HashMap<>();

  static {
    PythonConstructors.addTo(CONSTRUCTORS);
    StorageConstructors.addTo(CONSTRUCTORS);
    TensorConstructors.addTo(CONSTRUCTORS);
    QuantizedConstructors.addTo(CONSTRUCTORS);
    SparseConstructors.addTo(CONSTRUCTORS);
    NestedConstructors.addTo(CONSTRUCTORS);
    NumpyConstructors.addTo(CONSTRUCTORS);
  }

  private final ReadContext reading;
  private final MappedFile file;
  private final PersistentIds persistentIds;
  private long tensors;

  /**
   * @param reading the context that all pickles of the input share
   * @param file the file of the checkpoint to which the pickle belongs
   * @param persistentIds gives the values of its persistent ids
   */
  public TorchDomain(ReadContext reading, MappedFile file, PersistentIds persistentIds) {
    this.reading = reading;
    this.file = file;
    this.persistentIds = persistentIds;
  }

  /** The names of the globals that have a constructor. */
  static Collection<String> constructorNames() {
    return CONSTRUCTORS.keySet();
  }

  /** Every global that the pickles of the input have named so far. */
  public List<GlobalValue> globals() {
    return reading.globals().all();
  }

  @Override
  public Value global(GlobalName name, GlobalName written, Place place) {
    return reading.globals().find(GlobalTable.currentName(name), written, place, this::standing);
  }

  /** Whether a global is listed or accepted. */
  public GlobalStanding standing(GlobalName name) {
    return Allowlist.standing(name, reading.settings().policy());
  }

  /** The result of a call of a global that is not on the allowlist. */
  public Value callOther(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    return new ObjectValue(global, arguments);
  }

  /** An instance of a class that is not on the allowlist. */
  public Value instanceOfOther(GlobalValue global, List<Value> arguments) {
    return new ObjectValue(global, arguments);
  }

  /** The value of an embedded checkpoint. */
  Value embedded(Value.Bytes bytes, Place place) throws CheckpointException {
    EmbeddedReader.Embedded embedded = reading.embeddedReader().read(bytes, reading, file, place);
    tensors += embedded.tensors();
    reading.furtherGlobals().addAll(embedded.furtherGlobals());
    return embedded.top();
  }

  @Override
  public Value persistent(Value id, Place place) throws CheckpointException {
    return persistentIds.resolve(id, place);
  }

  @Override
  public Value call(Value callable, List<Value> arguments, Place place) throws CheckpointException {
    return switch (callable) {
      case GlobalValue global -> counted(callGlobal(global, arguments, place));
      case ObjectValue object -> new ObjectValue(unlisted(object, place), arguments);
      default ->
          throw new MalformedException(
              place, ValueDescription.of(callable) + " is called as if it were a function");
    };
  }

  /**
   * Checks that an object may be used as a class or a function, which is possible if an unlisted
   * global made it. An object of a listed class may not: calling it would run attributes that the
   * stream has set, such as the {@code forward} of a module.
   */
  static ObjectValue unlisted(ObjectValue object, Place place) throws MalformedException {
    Allowlist.Entry entry = entryOf(object);
    if (entry != null) {
      throw new MalformedException(
          place,
          "an object of "
              + entry.name()
              + " is used as a class, a function or a tensor, which it is not",
          new Remedy.DoNotTrust("do not trust the file: no checkpoint does this"));
    }
    return object;
  }

  private Value counted(Value made) {
    if (made instanceof TensorValue || made instanceof NumpyValue) {
      tensors++;
    }
    return made;
  }

  /** How many tensors and arrays were made. */
  public long tensors() {
    return tensors;
  }

  private Value callGlobal(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    String name = global.dottedName();
    Allowlist.Entry entry = Allowlist.find(name);
    if (entry == null && name.equals(DistributedRules.GETATTR)) {
      Value member = member(global, arguments, place);
      if (member != null) {
        return member;
      }
    }
    if (entry == null) {
      if (global.call().isEmpty() && global.standing() != GlobalStanding.LISTED) {
        global.noteCall(CallText.of(global, arguments));
      }
      return callOther(global, arguments, place);
    }
    return switch (entry.kind()) {
      case DTYPE, CONSTANT, FUNCTION ->
          throw new RefusedException(
              place,
              name + " is called, and it is accepted only as a value",
              new Remedy.DoNotTrust("do not trust the file: no checkpoint does this"));
      case RECORD, MODULE -> recordOf(global, arguments, place);
      case STORAGE -> storageOf(global, arguments, place);
      case TENSOR_CLASS -> tensorOf(global, arguments, place);
      case REBUILD, CONSTRUCTOR -> {
        Constructor constructor = CONSTRUCTORS.get(name);
        Call call = new Call(this, global, arguments, place);
        yield constructor == null ? call.inert() : constructor.make(call);
      }
    };
  }

  /** A member of a listed enum, or a class nested in a listed class; null for anything else. */
  private @Nullable Value member(GlobalValue getattr, List<Value> arguments, Place place) {
    if (!DistributedRules.isMember(arguments)) {
      return null;
    }
    getattr.noteListedCall();
    GlobalName inner = DistributedRules.classOf(arguments);
    return inner == null ? new ObjectValue(getattr, arguments) : global(inner, inner, place);
  }

  private static Value recordOf(GlobalValue global, List<Value> arguments, Place place)
      throws MalformedException {
    if (!RecordRules.of(global).arguments().test(arguments)) {
      throw odd(global, place);
    }
    return new ObjectValue(global, arguments);
  }

  private static MalformedException odd(GlobalValue global, Place place) {
    return new MalformedException(
        place,
        global.dottedName() + " is made with arguments that no pickle of it has",
        new Remedy.DoNotTrust(
            "do not trust the file: they could have Python take any amount of memory or time"));
  }

  @Override
  public boolean isOnlyCalled(GlobalValue global) {
    Allowlist.Entry entry = Allowlist.find(global.dottedName());
    return entry != null && entry.isOnlyCalled();
  }

  @Override
  public boolean takesFunction(Value callable) {
    return callable instanceof GlobalValue global
        && global.dottedName().contains("._rebuild_from_type");
  }

  @Override
  public void checkItems(ObjectValue object, Place place) throws MalformedException {
    Allowlist.Entry entry = entryOf(object);
    if (entry != null && entry.kind() == Allowlist.Kind.MODULE) {
      throw new MalformedException(
          place, entry.name() + " gets items, which no pickle gives to a module");
    }
  }

  @Override
  public void checkState(ObjectValue object, Value state, Place place) throws MalformedException {
    tensors += QuantizedState.complete(object, state);
    Allowlist.Entry entry = entryOf(object);
    if (entry == null || state instanceof Value.None) {
      return;
    }
    if (entry.kind() == Allowlist.Kind.MODULE && !isStateOfModule(state)) {
      throw new MalformedException(
          place, entry.name() + " gets a state that is not a dict of attributes");
    }
    if (entry.kind() == Allowlist.Kind.RECORD
        && object.type() instanceof GlobalValue global
        && !RecordRules.of(global).state().test(state)) {
      throw new MalformedException(place, entry.name() + " gets a state that no pickle of it has");
    }
  }

  /** Whether a state is a dict of attributes, as {@code Module.__setstate__} takes it. */
  private static boolean isStateOfModule(Value state) {
    if (!(state instanceof DictValue dict)) {
      return false;
    }
    for (int i = 0; i < dict.size(); i++) {
      if (!(dict.key(i) instanceof Value.Text)) {
        return false;
      }
    }
    return true;
  }

  /** The allowlist entry for the class of an object; null if there is none. */
  private static Allowlist.@Nullable Entry entryOf(ObjectValue object) {
    return object.type() instanceof GlobalValue global ? Allowlist.find(global.dottedName()) : null;
  }

  /** {@code Parameter(data)}, a tensor from lists, or one whose content comes with BUILD. */
  private Value tensorOf(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    if (arguments.isEmpty()) {
      return TensorValue.unset();
    }
    if (arguments.getFirst() instanceof TensorValue data) {
      return data.alias();
    }
    if (arguments.getFirst() instanceof Value.Int) {
      // Arguments that are sizes would make an uninitialized tensor, which no genuine pickle does.
      throw odd(global, place);
    }
    DType dtype = DType.ofStorageClass(global.name().name().replace("Tensor", "Storage"));
    TensorView listed =
        ListedElements.tensor(dtype == null ? DType.F32 : dtype, arguments.getFirst());
    if (listed == null) {
      return TensorValue.unset();
    }
    reading.budget().charge(listed.byteSize(), () -> place);
    return new TensorValue(new TensorValue.Strided(listed));
  }

  private Value storageOf(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    if (!arguments.isEmpty() && arguments.getFirst() instanceof Value.Int) {
      throw odd(global, place);
    }
    DType dtype = DType.ofStorageClass(global.name().name());
    Storage listed =
        dtype == null || arguments.size() != 1
            ? null
            : ListedElements.storage(dtype, arguments.getFirst());
    if (listed == null) {
      return new ObjectValue(global, arguments);
    }
    reading.budget().charge(listed.byteSize(), () -> place);
    return new StorageValue(listed, List.of(global));
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
      case ObjectValue object -> new ObjectValue(unlisted(object, place), all);
      default -> throw noClass(type, place);
    };
  }

  private Value instanceOf(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    Allowlist.Entry entry = Allowlist.find(global.dottedName());
    if (entry == null) {
      return instanceOfOther(global, arguments);
    }
    return switch (entry.kind()) {
      case CONSTRUCTOR -> makeInstance(global, arguments, place);
      case RECORD, MODULE -> recordOf(global, arguments, place);
      case STORAGE -> {
        if (!arguments.isEmpty()) {
          throw odd(global, place);
        }
        yield new ObjectValue(global, arguments);
      }
      case TENSOR_CLASS -> tensorOf(global, arguments, place);
      case DTYPE, CONSTANT, FUNCTION, REBUILD -> throw noClass(global, place);
    };
  }

  /** {@code __new__} of a mutable container makes an empty one, whatever its arguments. */
  private Value makeInstance(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    boolean empty =
        switch (global.dottedName()) {
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
        place, ValueDescription.of(type) + " is instantiated, and it is not a class");
  }
}
