package dev.pt2st.checkpoint.sharded;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.DTypeValue;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/** Checks whether there is a tensor, a storage or an array anywhere in a value. */
final class TensorsWithin {
  private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Value> next = new ArrayDeque<>();

  private TensorsWithin() {}

  static boolean has(Value value) {
    TensorsWithin search = new TensorsWithin();
    search.next.add(value);
    while (!search.next.isEmpty()) {
      if (search.visit(search.next.removeLast())) {
        return true;
      }
    }
    return false;
  }

  private boolean visit(Value value) {
    switch (value) {
      case DTypeValue dtype -> {}
      case DomainValue domain -> {
        return true;
      }
      case DictValue dict -> {
        if (seen.add(dict)) {
          dict.entries().forEach(entry -> next.add(entry.value()));
        }
      }
      case ListValue list -> {
        if (seen.add(list)) {
          next.addAll(list.items());
        }
      }
      case TupleValue tuple -> {
        if (seen.add(tuple)) {
          next.addAll(tuple.items());
        }
      }
      case ObjectValue object -> {
        if (seen.add(object)) {
          next.addAll(object.arguments());
          next.addAll(object.states());
          next.addAll(object.listItems());
          next.add(object.attributes());
          DictValue items = object.dictItems();
          if (items != null) {
            next.add(items);
          }
        }
      }
      default -> {}
    }
    return false;
  }
}
