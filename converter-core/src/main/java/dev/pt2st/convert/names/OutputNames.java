package dev.pt2st.convert.names;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.safetensors.format.HeaderWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The selected tensors of a root, under their names in the output. */
public final class OutputNames {
  private static final String RESERVED = "__metadata__";

  /** Twice the largest header that readers accept: there may be several files. */
  private static final long MAX_CHARACTERS = 2L * HeaderWriter.MAX_JSON_BYTES;

  private final Place place;
  private final KeyPath root;
  private final List<NamedTensor> taken;
  private final List<NamedTensor> excluded = new ArrayList<>();
  private final Map<String, String> renamed = new LinkedHashMap<>();
  private final Map<String, NamedTensor> byName;
  private long characters;

  private OutputNames(Place place, KeyPath root, int size) {
    this.place = place;
    this.root = root;
    this.taken = new ArrayList<>(size);
    this.byName = HashMap.newHashMap(size);
  }

  /**
   * Selects and names tensors.
   *
   * @param tensors the tensors, with their names below the root
   * @param root the path of the root
   * @throws CheckpointException if two tensors get the same name, or a name does not fit in a
   *     header
   */
  public static OutputNames of(
      List<NamedTensor> tensors, KeyPath root, NameOptions rules, Place place)
      throws CheckpointException {
    OutputNames naming = new OutputNames(place, root, tensors.size());
    for (NamedTensor tensor : tensors) {
      if (!rules.takes(tensor.name())) {
        naming.excluded.add(tensor);
        continue;
      }
      String name = rules.nameFor(tensor.name());
      if (name.equals(tensor.name())) {
        naming.take(tensor);
      } else {
        naming.take(new NamedTensor(name, tensor.path(), tensor.tensor()));
        naming.renamed.put(name, tensor.name());
      }
    }
    return naming;
  }

  /** The tensors that are written, in the order of the checkpoint. */
  public List<NamedTensor> taken() {
    return taken;
  }

  /** The tensors that a rule excludes, in the order of the checkpoint. */
  public List<NamedTensor> excluded() {
    return excluded;
  }

  /** The new names of renamed tensors, mapped to their names below the root. */
  public Map<String, String> renamed() {
    return renamed;
  }

  private void take(NamedTensor tensor) throws CheckpointException {
    String name = tensor.name();
    characters += name.length();
    if (characters > MAX_CHARACTERS) {
      throw new UnsupportedException(
          place,
          "its names have more than " + MAX_CHARACTERS + " characters, more than any header takes",
          new Remedy.ConvertParts(Set.of(Remedy.Means.NAME_RULES)));
    }
    if (name.isEmpty() && !tensor.path().name().isEmpty()) {
      throw new RefusedException(
          place,
          "the tensor at " + tensor.path().subscripts() + " would have an empty name",
          new Remedy.ChangeNameRules());
    }
    if (name.equals(RESERVED)) {
      throw new RefusedException(
          place.ofTensor(name),
          "safetensors keeps this name for itself",
          new Remedy.RenameTensor());
    }
    if (hasUnpairedSurrogate(name)) {
      throw new MalformedException(
          place, "the name of the tensor at " + tensor.path().subscripts() + " is not Unicode");
    }
    NamedTensor other = byName.putIfAbsent(name, tensor);
    if (other != null) {
      if (other.tensor().equals(tensor.tensor())) {
        // The same object on two paths, as an attribute and an item of a mapping, is one tensor.
        return;
      }
      throw new RefusedException(
          place.ofTensor(name),
          "two tensors would have this name: "
              + other.path().subscripts()
              + " and "
              + tensor.path().subscripts(),
          new Remedy.SeparateNames(
              other.path().name().equals(tensor.path().name())
                  ? Set.of()
                  : Set.of(Remedy.Means.NAME_RULES),
              List.of(
                  other.path().below(root).subscripts(), tensor.path().below(root).subscripts())));
    }
    taken.add(tensor);
  }

  private static boolean hasUnpairedSurrogate(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isSurrogate(name.charAt(i))) {
        if (!Character.isSurrogatePair(
            name.charAt(i), i + 1 < name.length() ? name.charAt(i + 1) : 0)) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
