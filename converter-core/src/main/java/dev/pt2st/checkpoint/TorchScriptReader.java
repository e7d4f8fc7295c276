package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.script.ScriptDomain;
import dev.pt2st.checkpoint.script.ScriptModules;
import dev.pt2st.checkpoint.script.ScriptNames;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.torch.ReadContext;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code torch.jit.save} writes since PyTorch 1.4, also for mobile: the module in {@code
 * data.pkl} with its storages in {@code data/}, the tensors that its code uses in {@code
 * constants.pkl} and {@code constants/} ({@code ScriptModuleSerializer::serialize} in {@code
 * torch/csrc/jit/serialization/export_module.cpp}). The code itself, in {@code code/} or {@code
 * bytecode.pkl}, is not read.
 *
 * <p>The model is the {@code state_dict()} of the loaded module ({@link ScriptModules}). The top
 * has all of the module's attributes, and the constants under their names in the code: {@code
 * CONSTANTS.c0}.
 */
final class TorchScriptReader {
  private static final String CONSTANTS = "CONSTANTS";

  private final ReadContext reading;

  TorchScriptReader(ReadContext reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.TorchScript script) throws CheckpointException {
    ZipRecords records = new ZipRecords(script.archive(), script.file(), reading.settings());
    ByteOrder order = records.byteOrder();
    HeapBudget budget = reading.budget();
    ZipStorages constantStorages = new ZipStorages(script.archive(), order, "constants/");
    ScriptDomain forConstants = domain(script, constantStorages);
    Value constants = records.unpickle(script.constants(), forConstants, budget).value();
    ZipStorages storages = new ZipStorages(script.archive(), order, "data/");
    ScriptDomain domain = domain(script, storages);
    Unpickler.Result result = records.unpickle(script.pickle(), domain, budget);
    Place place = records.placeOf(script.pickle());
    ScriptModules modules = ScriptModules.of(domain.objects(), result.value(), budget, place);
    DictValue model = modules.state(result.value());
    Value top = withConstants(modules.all(result.value()), model, constants, place);
    List<Storage> all = new ArrayList<>(storages.all());
    all.addAll(constantStorages.all());
    return new Checkpoint(
            script,
            top,
            domain.globals(),
            domain.tensors() + forConstants.tensors(),
            result.protocol())
        .withModel(model)
        .withStorages(all);
  }

  private ScriptDomain domain(Container.TorchScript script, ZipStorages storages) {
    return new ScriptDomain(reading, script.file(), storages, ScriptNames.of(script), List.of());
  }

  /** Adds constants beside the attributes of a module, or beside any other top value. */
  private static Value withConstants(
      Value top, @Nullable DictValue model, Value constants, Place place) throws RefusedException {
    if (!(constants instanceof TupleValue tuple) || tuple.items().isEmpty()) {
      return top;
    }
    DictValue whole;
    if (model != null && top instanceof DictValue attributes) {
      whole = attributes;
    } else {
      whole = new DictValue(DictValue.Kind.DICT);
      whole.put(new Value.Text("data"), top);
    }
    DictValue named = new DictValue(DictValue.Kind.DICT);
    for (int i = 0; i < tuple.items().size(); i++) {
      named.put(new Value.Text("c" + i), tuple.items().get(i));
    }
    putConstants(whole, named, place);
    return whole;
  }

  /** Adds constants beside the attributes of a module. */
  static void putConstants(DictValue module, DictValue constants, Place place)
      throws RefusedException {
    if (module.get(CONSTANTS) != null) {
      throw new RefusedException(
          place,
          "the module has an attribute " + CONSTANTS + ", as the constants of its code are called",
          new Remedy.Advice("rename it and save again"));
    }
    module.put(new Value.Text(CONSTANTS), constants);
  }
}
