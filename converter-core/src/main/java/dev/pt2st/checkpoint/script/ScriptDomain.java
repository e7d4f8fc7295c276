package dev.pt2st.checkpoint.script;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;
import dev.pt2st.torch.value.ScriptObject;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.List;

/** The domain of TorchScript's pickles: it also accepts the names of {@link ScriptNames}. */
public final class ScriptDomain extends TorchDomain {
  private final ScriptNames names;
  private final List<TensorValue> table;
  private final List<ScriptObject> objects = new ArrayList<>();
  private final List<TensorValue> tableTensors = new ArrayList<>();
  private final List<TensorValue> tableTensorsUsed = new ArrayList<>();

  /**
   * @param table the tensors that {@code build_tensor_from_id} returns by their number
   */
  public ScriptDomain(
      ReadContext reading,
      MappedFile file,
      PersistentIds persistentIds,
      ScriptNames names,
      List<TensorValue> table) {
    super(reading, file, persistentIds);
    this.names = names;
    this.table = List.copyOf(table);
  }

  /** All objects in the order of their creation. */
  public List<ScriptObject> objects() {
    return objects;
  }

  /** The tensors of the table that pickles refer to. */
  public List<TensorValue> tableTensorsUsed() {
    return tableTensorsUsed;
  }

  /** Sets the content of tensors that are objects with a table number as their state. */
  public void fillTableTensors(Place place) throws MalformedException {
    for (TensorValue tensor : tableTensors) {
      Value number = tensor.parts().isEmpty() ? Value.None.NONE : tensor.parts().getFirst();
      tensor.become(fromTable(number, place));
    }
  }

  @Override
  public GlobalStanding standing(GlobalName name) {
    return names.areKnown(name) ? GlobalStanding.LISTED : super.standing(name);
  }

  @Override
  public boolean takesAnyArgument(Value callable) {
    // For the value of an enum, Pickler::pushIValueImpl writes no tuple around it.
    return callable instanceof GlobalValue global && names.isDeclared(global.name());
  }

  @Override
  public Value callOther(GlobalValue global, List<Value> arguments, Place place)
      throws CheckpointException {
    String name = global.dottedName();
    if (!ScriptNames.isFunction(name)) {
      return super.callOther(global, arguments, place);
    }
    if (arguments.isEmpty()) {
      throw new MalformedException(place, name + " is called without arguments");
    }
    return name.equals(ScriptNames.TENSOR_FROM_TABLE)
        ? fromTable(arguments.getFirst(), place)
        : arguments.getFirst();
  }

  private TensorValue fromTable(Value number, Place place) throws MalformedException {
    if (number instanceof Value.Int(long index) && index >= 0 && index < table.size()) {
      TensorValue tensor = table.get((int) index);
      tableTensorsUsed.add(tensor);
      return tensor;
    }
    throw new MalformedException(
        place, "a tensor is not among the " + table.size() + " of the archive's table");
  }

  @Override
  public Value instanceOfOther(GlobalValue global, List<Value> arguments) {
    if (!names.isDeclared(global.name())) {
      return super.instanceOfOther(global, arguments);
    }
    if (global.dottedName().equals(ScriptNames.TABLE_TENSOR)) {
      TensorValue tensor = TensorValue.unset();
      tableTensors.add(tensor);
      return tensor;
    }
    ScriptObject object = new ScriptObject(global);
    objects.add(object);
    return object;
  }
}
