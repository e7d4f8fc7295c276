package dev.pt2st.convert.names;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.ScriptObject;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The values that hold a tensor at any depth, on paths that give names. Each container is visited
 * once, however often it is shared, and without recursion.
 */
public final class TensorHolders {
  private final Set<Value> holders = Collections.newSetFromMap(new IdentityHashMap<>());

  private TensorHolders() {}

  /** Searches everything that names can reach from a value. */
  public static TensorHolders in(Value top) {
    return in(List.of(top));
  }

  /** Searches everything that names can reach from any of these values. */
  public static TensorHolders in(List<Value> tops) {
    TensorHolders found = new TensorHolders();
    IdentityHashMap<Value, List<Value>> parents = new IdentityHashMap<>();
    ArrayDeque<Value> open = new ArrayDeque<>();
    ArrayDeque<Value> reached = new ArrayDeque<>();
    for (Value top : tops) {
      parents.put(top, new ArrayList<>(0));
      open.push(top);
    }
    while (!open.isEmpty()) {
      Value value = open.pop();
      for (NamingNode.Child child : NamingNode.of(value).named()) {
        if (isTensor(child.value())) {
          if (found.holders.add(value)) {
            reached.push(value);
          }
        } else if (mayHold(child.value())) {
          List<Value> known = parents.get(child.value());
          if (known == null) {
            known = new ArrayList<>(1);
            parents.put(child.value(), known);
            open.push(child.value());
          }
          known.add(value);
        }
      }
    }
    while (!reached.isEmpty()) {
      for (Value parent : parents.getOrDefault(reached.pop(), List.of())) {
        if (found.holders.add(parent)) {
          reached.push(parent);
        }
      }
    }
    return found;
  }

  /** Whether a value is a tensor or a numeric array itself. */
  public static boolean isTensor(Value value) {
    return value instanceof TensorValue
        || (value instanceof NumpyValue array && array.tensor() != null);
  }

  /** Whether names may lead on from a value; false if it clearly holds no tensor. */
  private static boolean mayHold(Value value) {
    return switch (value) {
      case DictValue dict -> !ValueGraph.isSmallLeaf(dict);
      case ListValue list -> !ValueGraph.isSmallLeaf(list);
      case TupleValue tuple -> !ValueGraph.isSmallLeaf(tuple);
      case ObjectValue object ->
          object.dictItems() != null || !object.arguments().isEmpty() || !object.states().isEmpty();
      case NumpyValue array -> array.objects() != null;
      case ScriptObject object -> true;
      default -> false;
    };
  }

  /** Whether a value is a tensor or holds one. */
  public boolean holds(Value value) {
    return isTensor(value) || holders.contains(value);
  }

  /**
   * Whether a value holds more names of tensors than a number; each container counts once.
   *
   * @param few the number; counting stops as soon as it is exceeded
   */
  boolean holdMoreThan(Value value, long few) {
    if (few == 0) {
      return holds(value);
    }
    long count = 0;
    ArrayDeque<Value> open = new ArrayDeque<>(List.of(value));
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.add(value);
    while (!open.isEmpty() && count <= few) {
      for (NamingNode.Child child : NamingNode.of(open.pop()).named()) {
        if (isTensor(child.value())) {
          count++;
        } else if (holders.contains(child.value()) && seen.add(child.value())) {
          open.push(child.value());
        }
      }
    }
    return count > few;
  }
}
