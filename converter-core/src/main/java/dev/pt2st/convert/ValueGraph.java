package dev.pt2st.convert;

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
import java.util.Set;
import java.util.function.Consumer;

/** Everything that a value is made of, whether or not it gives a name; each value once. */
final class ValueGraph {
  private ValueGraph() {}

  /** All values that can be reached, the start included. */
  static Set<Value> reachable(Value start) {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    addReachable(start, seen, value -> {});
    return seen;
  }

  /**
   * Adds to a set what can be reached and is not in it yet; what lies behind a value of the set is
   * taken to be there too.
   *
   * @param onNew hears of each value that is added
   */
  static void addReachable(Value start, Set<Value> seen, Consumer<Value> onNew) {
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
            if (isCompound(part) && seen.add(part)) {
              open.push(part);
            }
          });
    }
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
        dict.entries()
            .forEach(entry -> {
              action.accept(entry.key());
              action.accept(entry.value());
            });
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
