package dev.pt2st.migrate.content;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.ScriptObject;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes files that only serve to resume a training from models. The content decides:
 *
 * <ol>
 *   <li>the state of an optimizer: a mapping with {@code state} and {@code param_groups}, the
 *       result of {@code Optimizer.state_dict} of {@code torch/optim/optimizer.py}, or a list of
 *       these;
 *   <li>states of random number generators: a mapping with only the keys that {@code
 *       _save_rng_state} of {@code transformers/trainer.py} or {@code save_accelerator_state} of
 *       {@code accelerate} writes;
 *   <li>a mapping in which only these contain tensors.
 * </ol>
 *
 * If the content is a mapping that is not a known form of a model, the names that trainers give to
 * such files decide: DeepSpeed's {@code *_optim_states.pt}, for example, has other tensors beside
 * the optimizer's.
 */
public final class TrainingState {
  private static final String OPTIMIZER = "the state of an optimizer, not a model";
  private static final String RANDOM = "states of random number generators, not a model";

  private static final Set<String> RANDOM_KEYS =
      Set.of(
          "python",
          "numpy",
          "cpu",
          "cuda",
          "xla",
          "npu",
          "mlu",
          "musa",
          "hpu",
          "xpu",
          "step",
          "random_state",
          "numpy_random_seed",
          "torch_manual_seed",
          "torch_cuda_manual_seed",
          "torch_xpu_manual_seed",
          "torch_npu_manual_seed",
          "torch_mlu_manual_seed",
          "torch_musa_manual_seed",
          "xm_seed");

  /** Each of these keys is in one of the two; {@code step} alone shows nothing. */
  private static final Set<String> RANDOM_SIGNS = Set.of("python", "cpu", "random_state");

  private static final Pattern NAMES =
      Pattern.compile(
          "(?i).*_optim_states\\.pt|optimizer(_\\d+)?\\.(pt|bin|pth)|scheduler(_\\d+)?\\.(pt|bin)"
              + "|scaler\\.pt|rng_state(_\\d+)?\\.pth|random_states_\\d+\\.pkl|training_args\\.bin"
              + "|trainer_state\\..*");

  private TrainingState() {}

  /**
   * Describes the training state in a checkpoint.
   *
   * @param top its top value
   * @param name the name of its file
   * @return null if it may be a model
   */
  public static @Nullable String of(Value top, String name) {
    if (top instanceof ListValue list
        && !list.items().isEmpty()
        && list.items().stream()
            .allMatch(item -> item instanceof DictValue state && isOptimizer(state))) {
      return OPTIMIZER;
    }
    if (!(top instanceof DictValue mapping)) {
      return null;
    }
    if (isOptimizer(mapping)) {
      return OPTIMIZER;
    }
    if (isRandom(mapping)) {
      return RANDOM;
    }
    boolean some = false;
    boolean named = isTrainersName(name);
    for (DictValue.Entry entry : mapping.entries()) {
      Value value = entry.value();
      boolean state = value instanceof DictValue below && (isOptimizer(below) || isRandom(below));
      if (state) {
        some = true;
      } else if (isTensor(value) || (!named && holdsTensor(value))) {
        return null;
      }
    }
    return some || named ? OPTIMIZER : null;
  }

  /** Whether trainers give this name to files that resume a training. */
  public static boolean isTrainersName(String name) {
    return NAMES.matcher(name).matches();
  }

  private static boolean isOptimizer(DictValue mapping) {
    return mapping.get("state") instanceof DictValue
        && mapping.get("param_groups") instanceof ListValue groups
        && groups.items().stream().allMatch(group -> group instanceof DictValue);
  }

  private static boolean isRandom(DictValue mapping) {
    boolean sign = false;
    for (DictValue.Entry entry : mapping.entries()) {
      if (!(entry.key() instanceof Value.Text key) || !RANDOM_KEYS.contains(key.value())) {
        return false;
      }
      sign |= RANDOM_SIGNS.contains(key.value());
    }
    return sign;
  }

  private static boolean isTensor(Value value) {
    return value instanceof TensorValue
        || (value instanceof NumpyValue array && array.tensor() != null);
  }

  private static boolean holdsTensor(Value top) {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Value> open = new ArrayDeque<>(List.of(top));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (isTensor(value)) {
        return true;
      }
      for (Value child : below(value)) {
        if (isContainer(child) ? seen.add(child) : isTensor(child)) {
          open.push(child);
        }
      }
    }
    return false;
  }

  private static boolean isContainer(Value value) {
    return switch (value) {
      case DictValue dict -> true;
      case ListValue list -> true;
      case TupleValue tuple -> true;
      case SetValue set -> true;
      case ObjectValue object -> true;
      case ScriptObject object -> true;
      default -> false;
    };
  }

  private static Collection<Value> below(Value value) {
    return switch (value) {
      case DictValue dict -> valuesOf(dict);
      case ListValue list -> list.items();
      case TupleValue tuple -> tuple.items();
      case SetValue set -> set.items();
      case ScriptObject object -> List.of(object.state());
      case ObjectValue object -> {
        List<Value> values = new ArrayList<>(valuesOf(object.attributes()));
        values.addAll(object.arguments());
        values.addAll(object.listItems());
        DictValue items = object.dictItems();
        if (items != null) {
          values.addAll(valuesOf(items));
        }
        yield values;
      }
      default -> List.of();
    };
  }

  private static List<Value> valuesOf(DictValue dict) {
    return dict.entries().stream().map(DictValue.Entry::value).toList();
  }
}
