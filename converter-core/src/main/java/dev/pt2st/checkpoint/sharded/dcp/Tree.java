package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Rebuilds nested mappings from values under paths of keys. */
final class Tree {
  private final DictValue top = new DictValue(DictValue.Kind.DICT);
  private final Place place;

  /** The mappings that were created here; values must not be put into other mappings. */
  private final Set<DictValue> ours = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param place names the checkpoint in messages
   */
  Tree(Place place) {
    this.place = place;
  }

  /** The outermost mapping. */
  DictValue top() {
    return top;
  }

  /**
   * Puts a value.
   *
   * @param path at least one key; a number stays a number, even if it was an index
   * @throws MalformedException if there is a value already, at the path or on the way
   */
  void put(List<Value> path, String name, Value value) throws MalformedException {
    DictValue at = top;
    for (Value key : path.subList(0, path.size() - 1)) {
      Value inner = at.get(key);
      if (inner == null) {
        DictValue made = new DictValue(DictValue.Kind.DICT);
        at.put(key, made);
        ours.add(made);
        at = made;
      } else if (inner instanceof DictValue dict && ours.contains(dict)) {
        at = dict;
      } else {
        throw twice(name);
      }
    }
    Value last = path.getLast();
    if (at.get(last) != null) {
      throw twice(name);
    }
    at.put(last, value);
  }

  private MalformedException twice(String name) {
    return new MalformedException(
        place.ofTensor(name), "another value is in its place or on the path to it");
  }
}
