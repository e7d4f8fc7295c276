package dev.pt2st.convert.names;

import dev.pt2st.pickle.Value;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises training state: a mapping with {@code state} and {@code param_groups}, as {@code
 * Optimizer.state_dict} of {@code torch/optim/optimizer.py} gives it, or a mapping or list in which
 * every item that holds tensors is training state. Each container is visited once, and without
 * recursion.
 */
public final class TrainingParts {
  private static final String STATE = "state";
  private static final String GROUPS = "param_groups";

  private final TensorHolders holders;

  /**
   * Known results; false for values that are still being visited, so that a value that only
   * contains itself does not count.
   */
  private final IdentityHashMap<Value, Boolean> known = new IdentityHashMap<>();

  public TrainingParts(TensorHolders holders) {
    this.holders = holders;
  }

  /** Whether a value that holds tensors is training state. */
  public boolean contains(Value value) {
    ArrayDeque<Value> open = new ArrayDeque<>();
    Set<Value> opened = Collections.newSetFromMap(new IdentityHashMap<>());
    open.push(value);
    while (!open.isEmpty()) {
      Value next = open.peek();
      if (opened.add(next) && !known.containsKey(next)) {
        Boolean byItself = byItself(next);
        if (byItself == null) {
          known.put(next, false);
          for (NamingNode.Child child : NamingNode.of(next).named()) {
            if (holders.holds(child.value()) && !known.containsKey(child.value())) {
              open.push(child.value());
            }
          }
        } else {
          known.put(next, byItself);
        }
      } else {
        open.pop();
        if (byItself(next) == null) {
          known.put(next, allItemsAre(next));
        }
      }
    }
    return known.getOrDefault(value, false);
  }

  /** The result from a value's own keys and tensors; null if its items decide. */
  private @Nullable Boolean byItself(Value value) {
    NamingNode node = NamingNode.of(value);
    if (!(node instanceof NamingNode.Mapping || node instanceof NamingNode.Sequence)) {
      return false;
    }
    boolean state = false;
    boolean groups = false;
    boolean tensor = false;
    for (NamingNode.Child child : node.named()) {
      state |= isKey(child, STATE);
      groups |= isKey(child, GROUPS);
      tensor |= TensorHolders.isTensor(child.value());
    }
    if (state && groups) {
      return true;
    }
    return (tensor || !holders.holds(value)) ? false : null;
  }

  private static boolean isKey(NamingNode.Child child, String key) {
    return child.key() instanceof Value.Text text && text.value().equals(key);
  }

  private boolean allItemsAre(Value value) {
    List<NamingNode.Child> items = NamingNode.of(value).named();
    for (NamingNode.Child item : items) {
      if (holders.holds(item.value()) && !known.getOrDefault(item.value(), false)) {
        return false;
      }
    }
    return true;
  }
}
