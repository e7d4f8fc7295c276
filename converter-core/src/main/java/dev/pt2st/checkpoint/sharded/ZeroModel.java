package dev.pt2st.checkpoint.sharded;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of DeepSpeed's model files: the shapes of the parameters, and what the optimizer does
 * not have ({@code _save_checkpoint} of {@code deepspeed/runtime/engine.py}). Older files lack the
 * information about frozen and shared parameters.
 */
final class ZeroModel {
  private final List<DictValue> models;
  private final DictValue first;
  private final Place place;

  ZeroModel(List<DictValue> models, Place place) {
    this.models = models;
    this.first = models.getFirst();
    this.place = place;
  }

  /** The shapes of the parameters that the optimizer has, group by group. */
  List<Map<String, Shape>> parameterGroups() throws MalformedException {
    Value shapes = first.get("param_shapes");
    if (shapes == null) {
      throw new MalformedException(place, "its model states have no param_shapes");
    }
    return ZeroReader.groups(shapes, place);
  }

  /** How many elements a parameter has. */
  long count(Map.Entry<String, Shape> parameter) throws MalformedException {
    try {
      return parameter.getValue().elementCount();
    } catch (ArithmeticException e) {
      throw new MalformedException(
          place.ofTensor(parameter.getKey()), "its sizes " + parameter.getValue() + " overflow");
    }
  }

  /** Requires a one-dimensional contiguous tensor. */
  static TensorView flat(Value value, Place place) throws MalformedException {
    if (value instanceof TensorValue tensor
        && tensor.content() instanceof TensorValue.Strided(TensorView view)
        && view.shape().rank() == 1
        && view.isContiguous()
        && view.storage().source() != null) {
      return view;
    }
    throw new MalformedException(place, "a part of its tensors is not a flat tensor with elements");
  }

  /**
   * Adds frozen parameters, buffers and everything else that only the model has, and aliases of
   * parameters.
   *
   * @param found the parameters that the optimizer has
   * @param partitioned whether the model's own parameters are empty, as in stage 3
   */
  void addOthers(Map<String, TensorValue> found, boolean partitioned) throws MalformedException {
    addFrozen(found, partitioned);
    DictValue module = dict("module");
    Set<String> buffers = names(first.get("buffer_names"));
    DictValue shared = dict("shared_params");
    for (int i = 0; module != null && i < module.size(); i++) {
      if (!(module.key(i) instanceof Value.Text key)
          || !(module.value(i) instanceof TensorValue tensor)) {
        continue;
      }
      String name = key.value();
      boolean known = found.containsKey(name) || (shared != null && shared.get(name) != null);
      if (buffers.contains(name) && known) {
        throw new MalformedException(
            place.ofTensor(name), "it is a buffer and a parameter of the optimizer at once");
      }
      if (buffers.contains(name) || !known) {
        found.put(
            name,
            buffers.contains(name) ? tensor : whole(name, tensor, module, found, partitioned));
      }
    }
    addShared(found, shared);
  }

  /**
   * A parameter that is neither in the optimizer nor frozen: the tensor of the model, or the
   * parameter that it shares its elements with.
   */
  private TensorValue whole(
      String name,
      TensorValue tensor,
      DictValue module,
      Map<String, TensorValue> found,
      boolean partitioned)
      throws MalformedException {
    if (partitioned) {
      throw new MalformedException(
          place.ofTensor(name),
          "it is neither among the optimizer's parameters nor among the frozen or shared ones, so"
              + " nothing says where its elements are");
    }
    for (int i = 0; i < module.size(); i++) {
      if (module.key(i) instanceof Value.Text other
          && found.containsKey(other.value())
          && module.value(i) instanceof TensorValue source
          && isSame(source, tensor)) {
        return found.get(other.value()).alias();
      }
    }
    return tensor;
  }

  private static boolean isSame(TensorValue one, TensorValue other) {
    return one.content() instanceof TensorValue.Strided(TensorView a)
        && other.content() instanceof TensorValue.Strided(TensorView b)
        && a.equals(b);
  }

  private void addFrozen(Map<String, TensorValue> found, boolean partitioned)
      throws MalformedException {
    Value value = first.get("frozen_param_shapes");
    if (value == null || value instanceof Value.None) {
      return;
    }
    for (Map.Entry<String, Shape> frozen : ZeroReader.shapes(value, place).entrySet()) {
      String name = frozen.getKey();
      TensorValue tensor = partitioned ? joined(frozen) : fragment(first, name);
      if (!partitioned
          && !(tensor.content() instanceof TensorValue.Strided(TensorView view)
              && view.shape().equals(frozen.getValue()))) {
        throw new MalformedException(
            place.ofTensor(name),
            "this frozen parameter does not have the declared sizes " + frozen.getValue());
      }
      if (found.put(name, tensor) != null) {
        throw new MalformedException(
            place.ofTensor(name), "it is frozen and a parameter of the optimizer at once");
      }
    }
  }

  private TensorValue fragment(DictValue model, String name) throws MalformedException {
    if (model.get("frozen_param_fragments") instanceof DictValue fragments
        && fragments.get(name) instanceof TensorValue tensor) {
      return tensor;
    }
    throw new MalformedException(
        place.ofTensor(name), "a part of this frozen parameter is missing in a file");
  }

  /** A frozen parameter of stage 3: each rank has a part, and the last part has padding. */
  private TensorValue joined(Map.Entry<String, Shape> frozen) throws MalformedException {
    long count = count(frozen);
    long part = count / models.size() + (count % models.size() == 0 ? 0 : 1);
    List<TensorView> rows = new ArrayList<>();
    for (DictValue model : models) {
      TensorView row = flat(fragment(model, frozen.getKey()), place.ofTensor(frozen.getKey()));
      if (row.elementCount() != part
          || row.dtype() != (rows.isEmpty() ? row : rows.getFirst()).dtype()) {
        throw new MalformedException(
            place.ofTensor(frozen.getKey()),
            "a part of this frozen parameter has "
                + row.elementCount()
                + " elements of dtype "
                + row.dtype().torchName()
                + ", and "
                + part
                + " of one dtype belong to each rank");
      }
      rows.add(row);
    }
    return new TensorValue(
        FlatPieces.assemble(
            frozen.getValue(), rows.getFirst().dtype(), FlatPieces.slice(rows, 0, count)));
  }

  /** Adds aliases of parameters, as tied weights have. */
  private void addShared(Map<String, TensorValue> found, @Nullable DictValue shared)
      throws MalformedException {
    for (int i = 0; shared != null && i < shared.size(); i++) {
      if (!(shared.key(i) instanceof Value.Text alias)
          || !(shared.value(i) instanceof Value.Text source)) {
        throw new MalformedException(place, "a name of a shared parameter is not a string");
      }
      TensorValue tensor = found.get(source.value());
      if (tensor == null) {
        throw new MalformedException(
            place.ofTensor(alias.value()),
            "it is another name of \"" + source.value() + "\", which is not there");
      }
      if (found.putIfAbsent(alias.value(), tensor.alias()) != null) {
        throw new MalformedException(
            place.ofTensor(alias.value()), "it is shared and a parameter of its own at once");
      }
    }
  }

  private @Nullable DictValue dict(String key) throws MalformedException {
    return switch (first.get(key)) {
      case DictValue dict -> dict;
      case Value.None none -> null;
      case null -> null;
      default -> throw new MalformedException(place, "its model states have no dict " + key);
    };
  }

  private Set<String> names(@Nullable Value value) throws MalformedException {
    Set<String> names = new HashSet<>();
    if (value == null || value instanceof Value.None) {
      return names;
    }
    if (!(value instanceof ListValue list)) {
      throw new MalformedException(place, "the names of its buffers are not a list");
    }
    for (Value item : list.items()) {
      if (!(item instanceof Value.Text name)) {
        throw new MalformedException(place, "the name of a buffer is not a string");
      }
      names.add(name.value());
    }
    return names;
  }
}
