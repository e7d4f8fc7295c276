package dev.pt2st.convert.names;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Everything that a value consists of, whether or not names lead to it; each value once. */
public final class ValueGraph {
  /** Containers with more values are remembered when they have been visited. */
  private static final int SMALL = 16;

  private ValueGraph() {}

  /** All values that can be reached, including the start. */
  public static Set<Value> reachable(Value start) {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    addReachable(start, seen, value -> {});
    return seen;
  }

  /**
   * Adds the values that can be reached to a set. Values that are in the set already are not
   * followed, as everything below them is assumed to be in it too. Small containers with nothing
   * but plain values are left out: there is nothing to find in them, and a pickle may have
   * millions.
   *
   * @param onNew receives each value that is added
   */
  public static void addReachable(Value start, Set<Value> seen, Consumer<Value> onNew) {
    ArrayDeque<Value> open = new ArrayDeque<>();
    if (seen.add(start)) {
      open.push(start);
    }
    while (!open.isEmpty()) {
      Value value = open.pop();
      onNew.accept(value);
      forEachPart(
          value,
          part -> {
            if (isCompound(part) && !isSmallLeaf(part) && seen.add(part)) {
              open.push(part);
            }
          });
    }
  }

  /** Whether a value is a container of a few numbers, texts or similar plain values. */
  static boolean isSmallLeaf(Value value) {
    return switch (value) {
      case ListValue list -> isSmall(list.items());
      case TupleValue tuple -> isSmall(tuple.items());
      case DictValue dict -> isSmall(dict);
      default -> false;
    };
  }

  private static boolean isSmall(List<Value> items) {
    if (items.size() > SMALL) {
      return false;
    }
    for (int i = 0; i < items.size(); i++) {
      if (isCompound(items.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSmall(DictValue dict) {
    if (dict.size() > SMALL || !dict.states().isEmpty()) {
      return false;
    }
    for (int i = 0; i < dict.size(); i++) {
      if (isCompound(dict.key(i)) || isCompound(dict.value(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCompound(Value value) {
    return switch (value) {
      case Value.None none -> false;
      case Value.Bool bool -> false;
      case Value.Int number -> false;
      case Value.BigInt number -> false;
      case Value.Real number -> false;
      case Value.Text text -> false;
      case Value.Bytes bytes -> false;
      case Value.MutableBytes bytes -> false;
      case ListValue list -> true;
      case TupleValue tuple -> true;
      case DictValue dict -> true;
      case SetValue set -> true;
      case GlobalValue global -> true;
      case ObjectValue object -> true;
      case DomainValue domain -> true;
    };
  }

  private static void forEachPart(Value value, Consumer<Value> action) {
    switch (value) {
      case ListValue list -> list.items().forEach(action);
      case TupleValue tuple -> tuple.items().forEach(action);
      case DictValue dict -> {
        for (int i = 0; i < dict.size(); i++) {
          action.accept(dict.key(i));
          action.accept(dict.value(i));
        }
        dict.states().forEach(action);
      }
      case SetValue set -> set.items().forEach(action);
      case ObjectValue object -> {
        action.accept(object.type());
        object.arguments().forEach(action);
        object.states().forEach(action);
        action.accept(object.attributes());
        object.listItems().forEach(action);
        DictValue items = object.dictItems();
        if (items != null) {
          action.accept(items);
        }
      }
      case DomainValue domain -> domain.parts().forEach(action);
      default -> {}
    }
  }
}
