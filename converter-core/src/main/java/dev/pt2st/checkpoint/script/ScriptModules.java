package dev.pt2st.checkpoint.script;

import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.ScriptObject;
import dev.pt2st.torch.value.TensorValue;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which attributes of TorchScript's objects belong to a {@code state_dict()}. Their classes
 * define it, but these are in the archive's code, which is not read. The pickle alone is enough:
 *
 * <ul>
 *   <li>A module has the attribute {@code training}, as every {@code torch.nn.Module} does; other
 *       classes do not. If the outermost object lacks it, for example because C++ wrote it, every
 *       object with attributes is a module.
 *   <li>Python writes a module's parameters first, its buffers next and then its other attributes,
 *       of which {@code training} is the first ({@code infer_concrete_type_builder} in {@code
 *       torch/jit/_recursive.py}). So if an archive has any tensor before a {@code training},
 *       tensors after it are plain attributes. In any other archive each tensor of a module is a
 *       parameter or a buffer.
 *   <li>An object with its own state, such as the packed parameters of a quantized module, belongs
 *       to the model too: TorchScript's {@code state_dict()} lacks its tensors, but they are
 *       nowhere else.
 * </ul>
 */
public final class ScriptModules {
  private static final String TRAINING = "training";

  /** The heap bytes of a dict and of one of its items. */
  private static final long DICT_BYTES = 120;

  private static final long ITEM_BYTES = 48;

  /**
   * An object's attributes, and two dicts made of them.
   *
   * @param all all attributes, likewise for the modules below
   * @param state the parameters, buffers and modules
   */
  private record Views(DictValue attributes, DictValue all, DictValue state) {}

  private final IdentityHashMap<ScriptObject, Views> modules = new IdentityHashMap<>();
  private final boolean parametersFirst;

  private ScriptModules(List<ScriptObject> objects, Value top, HeapBudget budget, Place place)
      throws LimitException {
    boolean all = !(top instanceof ScriptObject object && hasTraining(object));
    boolean first = false;
    for (ScriptObject object : objects) {
      if (object.state() instanceof DictValue attributes && (all || hasTraining(object))) {
        budget.charge(2 * (DICT_BYTES + attributes.size() * ITEM_BYTES), () -> place);
        modules.put(
            object,
            new Views(
                attributes,
                new DictValue(DictValue.Kind.DICT),
                new DictValue(DictValue.Kind.DICT)));
        first |= hasTensorBeforeTraining(attributes);
      }
    }
    this.parametersFirst = first;
    modules.values().forEach(this::fill);
  }

  /**
   * Analyses all objects of a pickle.
   *
   * @param top the pickle's value
   */
  public static ScriptModules of(
      List<ScriptObject> objects, Value top, HeapBudget budget, Place place) throws LimitException {
    return new ScriptModules(objects, top, budget, place);
  }

  /** The value itself, or all attributes of a module by their names. */
  public Value all(Value value) {
    Views views = value instanceof ScriptObject object ? modules.get(object) : null;
    return views == null ? value : views.all;
  }

  /** The parameters, buffers and modules of a module by their names; null for any other value. */
  public @Nullable DictValue state(Value value) {
    Views views = value instanceof ScriptObject object ? modules.get(object) : null;
    return views == null ? null : views.state;
  }

  private static boolean hasTraining(ScriptObject object) {
    return object.state() instanceof DictValue attributes
        && attributes.get(TRAINING) instanceof Value.Bool;
  }

  private static boolean hasTensorBeforeTraining(DictValue attributes) {
    for (DictValue.Entry entry : attributes.entries()) {
      if (isTraining(entry)) {
        return false;
      }
      if (entry.value() instanceof TensorValue) {
        return attributes.get(TRAINING) != null;
      }
    }
    return false;
  }

  private static boolean isTraining(DictValue.Entry entry) {
    return entry.key() instanceof Value.Text name && name.value().equals(TRAINING);
  }

  private void fill(Views views) {
    boolean plain = false;
    for (DictValue.Entry entry : views.attributes.entries()) {
      Value value = entry.value();
      DictValue quantized =
          value instanceof ScriptObject object ? QuantizedModules.named(object) : null;
      views.all.put(entry.key(), quantized == null ? all(value) : quantized);
      plain |= parametersFirst && isTraining(entry);
      switch (value) {
        case TensorValue tensor -> {
          if (!plain) {
            views.state.put(entry.key(), tensor);
          }
        }
        case ScriptObject object -> {
          DictValue state = quantized == null ? state(object) : quantized;
          if (state != null) {
            views.state.put(entry.key(), state);
          } else if (!(object.state() instanceof DictValue)) {
            views.state.put(entry.key(), object);
          }
        }
        // Its class is not declared in the archive: it may be a module too, and is refused.
        case ObjectValue object -> views.state.put(entry.key(), object);
        default -> {}
      }
    }
  }
}
