package dev.pt2st.torch;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.Place;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.torch.value.DTypeValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Every global that the pickles of an input name. Each has one object, which collects its uses. */
public final class GlobalTable {
  private final Map<GlobalName, Value> globals = new LinkedHashMap<>();

  GlobalTable() {}

  /** torch/serialization.py, load_module_mapping: the module torch.tensor became torch._tensor. */
  public static GlobalName currentName(GlobalName name) {
    return name.module().equals("torch.tensor")
        ? new GlobalName("torch._tensor", name.name())
        : name;
  }

  /**
   * The value of a name: a dtype or a global.
   *
   * @param standing gives the standing of a name that is new
   */
  Value find(
      GlobalName name,
      GlobalName written,
      Place place,
      Function<GlobalName, GlobalStanding> standing) {
    return globals.computeIfAbsent(name, key -> make(key, written, place, standing));
  }

  private static Value make(
      GlobalName name,
      GlobalName written,
      Place place,
      Function<GlobalName, GlobalStanding> standing) {
    Allowlist.Entry entry = Allowlist.find(name.toString());
    if (entry != null && entry.kind() == Allowlist.Kind.DTYPE) {
      DType dtype = DType.ofTorchName(name.toString());
      if (dtype != null) {
        return new DTypeValue(dtype);
      }
    }
    return new GlobalValue(name, written, standing.apply(name), place);
  }

  /** All globals in the order in which they were first named, without dtypes, which are values. */
  public List<GlobalValue> all() {
    List<GlobalValue> found = new ArrayList<>();
    for (Value value : globals.values()) {
      if (value instanceof GlobalValue global) {
        found.add(global);
      }
    }
    return found;
  }
}
