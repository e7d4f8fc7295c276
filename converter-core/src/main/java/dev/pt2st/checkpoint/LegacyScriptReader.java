package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.checkpoint.script.LegacyScriptTensors;
import dev.pt2st.checkpoint.script.ProtoFields;
import dev.pt2st.checkpoint.script.ScriptDomain;
import dev.pt2st.checkpoint.script.ScriptNames;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Reads what {@code torch.jit.save} wrote in PyTorch 1.0 to 1.3: {@code model.json} with the
 * modules and a table of tensors, a record for each storage, and {@code attributes.pkl} ({@code
 * LEGACY_deserialize} in {@code torch/csrc/jit/serialization/import_legacy.cpp}, {@code
 * caffe2/proto/torch.proto}).
 *
 * <p>The model is the {@code state_dict()} of the loaded module: parameters and buffers. Other
 * tensors of the table belong to the code, which names them {@code CONSTANTS.c0} by their number.
 */
final class LegacyScriptReader {
  /** The first model version that PyTorch no longer wrote in this layout. */
  private static final long NEXT_VERSION = 6;

  /** The version with attributes in a list; later ones have them in a tuple. */
  private static final long LIST_VERSION = 2;

  private final ReadContext reading;

  LegacyScriptReader(ReadContext reading) {
    this.reading = reading;
  }

  /**
   * A module that has not been read yet.
   *
   * @param all receives its attributes, parameters and modules
   * @param state receives its parameters, buffers and modules
   */
  private record Open(ProtoFields definition, DictValue all, DictValue state) {}

  Checkpoint read(Container.LegacyTorchScript script) throws CheckpointException {
    ZipRecords records = new ZipRecords(script.archive(), script.file(), reading.settings());
    HeapBudget budget = reading.budget();
    Place place = records.placeOf(script.model());
    ProtoFields model = ProtoFields.of(records.json(script.model(), budget), "the model", place);
    long version = model.integer("protoVersion", 0);
    if (version >= NEXT_VERSION) {
      throw new UnsupportedException(
          place, "the model is of version " + version + ", and 5 was the last", Remedy.NONE);
    }
    LegacyScriptTensors tensors = new LegacyScriptTensors(script.archive());
    List<TensorValue> table = tensors.read(model.list("tensors"), place);
    ScriptDomain domain =
        new ScriptDomain(reading, script.file(), PersistentIds.NONE, ScriptNames.of(script), table);
    List<Value> attributes =
        version < LIST_VERSION ? List.of() : attributes(script, records, domain, budget);
    DictValue all = new DictValue(DictValue.Kind.DICT);
    DictValue state = new DictValue(DictValue.Kind.DICT);
    Value main = model.get("mainModule");
    if (main == null) {
      throw model.malformed("has no mainModule");
    }
    Set<Value> used = Collections.newSetFromMap(new IdentityHashMap<>());
    used.addAll(domain.tableTensorsUsed());
    ArrayDeque<Open> open = new ArrayDeque<>();
    open.push(new Open(ProtoFields.of(main, "the main module", place), all, state));
    while (!open.isEmpty()) {
      readModule(open.pop(), open, table, attributes, used);
    }
    addConstants(all, table, used, place);
    return new Checkpoint(script, all, domain.globals(), table.size() + domain.tensors(), 2)
        .withModel(state)
        .withStorages(tensors.storages());
  }

  private static List<Value> attributes(
      Container.LegacyTorchScript script,
      ZipRecords records,
      ScriptDomain domain,
      HeapBudget budget)
      throws CheckpointException {
    ZipEntry entry = script.archive().record("attributes.pkl").orElse(null);
    if (entry == null) {
      throw new MalformedException(
          Place.of(script.file().name()), "the archive has no record attributes.pkl");
    }
    Unpickler.Result result = records.unpickle(entry, domain, budget);
    domain.fillTableTensors(records.placeOf(entry));
    return switch (result.value()) {
      case ListValue list -> list.items();
      case TupleValue tuple -> tuple.items();
      default ->
          throw new MalformedException(records.placeOf(entry), "the attributes are not a tuple");
    };
  }

  private static void readModule(
      Open module,
      ArrayDeque<Open> open,
      List<TensorValue> table,
      List<Value> attributes,
      Set<Value> used)
      throws MalformedException {
    ProtoFields definition = module.definition;
    for (Value item : definition.list("parameters")) {
      ProtoFields parameter = ProtoFields.of(item, "a parameter", definition.place());
      TensorValue tensor = item(parameter, "tensorId", table);
      used.add(tensor);
      put(module.all, parameter, tensor);
      put(module.state, parameter, tensor);
    }
    for (Value item : definition.list("attributes")) {
      ProtoFields attribute = ProtoFields.of(item, "an attribute", definition.place());
      // A tensor that was a buffer above is also an attribute here.
      if (module.all.get(attribute.text("name")) == null) {
        Value value =
            attribute.integer("id", 0) < 0 ? Value.None.NONE : item(attribute, "id", attributes);
        put(module.all, attribute, value);
      }
    }
    if (definition.get("getStateAttributeId") != null) {
      // The result of the module's own __getstate__, such as packed parameters of a quantized
      // module.
      Value own = item(definition, "getStateAttributeId", attributes);
      addItems(module, own);
    }
    for (Value item : definition.list("submodules")) {
      ProtoFields below = ProtoFields.of(item, "a module", definition.place());
      Open next =
          new Open(below, new DictValue(DictValue.Kind.DICT), new DictValue(DictValue.Kind.DICT));
      put(module.all, below, next.all);
      put(module.state, below, next.state);
      open.push(next);
    }
  }

  private static void addItems(Open module, Value state) {
    List<Value> items =
        switch (state) {
          case TupleValue tuple -> tuple.items();
          case ListValue list -> list.items();
          default -> List.of(state);
        };
    for (int i = 0; i < items.size(); i++) {
      Value name = new Value.Text(Integer.toString(i));
      module.all.put(name, items.get(i));
      module.state.put(name, items.get(i));
    }
  }

  private static <T> T item(ProtoFields fields, String name, List<T> items)
      throws MalformedException {
    long index = fields.integer(name, 0);
    if (index < 0 || index >= items.size()) {
      throw fields.malformed(
          "has the number "
              + index
              + " as its "
              + name
              + ", of "
              + items.size()
              + " that there are");
    }
    return items.get((int) index);
  }

  private static void put(DictValue module, ProtoFields named, Value value)
      throws MalformedException {
    String name = named.text("name");
    if (module.get(name) != null) {
      throw named.malformed("has the name \"" + name + "\", as something else of its module");
    }
    module.put(new Value.Text(name), value);
  }

  private static void addConstants(
      DictValue all, List<TensorValue> table, Set<Value> used, Place place)
      throws RefusedException {
    DictValue constants = new DictValue(DictValue.Kind.DICT);
    for (int i = 0; i < table.size(); i++) {
      if (!used.contains(table.get(i))) {
        constants.put(new Value.Text("c" + i), table.get(i));
      }
    }
    if (constants.size() > 0) {
      TorchScriptReader.putConstants(all, constants, place);
    }
  }
}
