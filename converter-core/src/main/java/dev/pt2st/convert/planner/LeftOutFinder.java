package dev.pt2st.convert.planner;

import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.names.NamingNode;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.TensorHolders;
import dev.pt2st.convert.names.ValueGraph;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a root leaves out, as no part of a checkpoint is dropped silently. Each value is
 * visited once, so a tensor that several parts share counts for the first of them.
 */
final class LeftOutFinder {
  private static final String BESIDE = " (beside its parameters and buffers)";

  private final TensorHolders holders;
  private final Set<Value> named;
  private final Set<Value> seen;
  private final List<LeftOut> found = new ArrayList<>();

  /** Whether every tensor of the pickle has a name, so that there is nothing to search for. */
  private final boolean allNamed;

  private LeftOutFinder(TensorHolders holders, List<NamedTensor> tensors, long made) {
    this.holders = holders;
    this.named = Collections.newSetFromMap(new IdentityHashMap<>(tensors.size()));
    this.seen = Collections.newSetFromMap(new IdentityHashMap<>(tensors.size()));
    tensors.forEach(tensor -> named.add(tensor.tensor()));
    this.allNamed = named.size() >= made;
  }

  /**
   * Finds what is beside the root on each level from the top down to it, and the non-tensors in the
   * root.
   *
   * @param tensors the named tensors of the root
   * @param made how many tensors the checkpoint has in all
   */
  static List<LeftOut> find(
      Value top, Root root, TensorHolders holders, List<NamedTensor> tensors, long made) {
    LeftOutFinder finder = new LeftOutFinder(holders, tensors, made);
    Value at = top;
    KeyPath path = KeyPath.TOP;
    for (KeyPath step : root.path().steps()) {
      Value next = null;
      for (NamingNode.Child child : childrenOf(at)) {
        if (next == null && step.endsWith(child.key())) {
          next = child.value();
        } else {
          finder.addWhole(path, child);
        }
      }
      if (next == null) {
        throw new IllegalArgumentException("no such root: " + root.name());
      }
      at = next;
      path = step;
    }
    if (root.path().isTop() && !root.value().equals(top)) {
      finder.addBeside(top, root.value());
    } else {
      finder.addWithin(root, path);
    }
    finder.addRest(top);
    return finder.found;
  }

  private void addWhole(KeyPath path, NamingNode.Child child) {
    found.add(count(path.child(NamingNode.keyLabel(child.key())).name(), child.value()));
  }

  /**
   * Adds what is in the top but not in the root, if the root is a part of the top under the same
   * names: what a module keeps beside its state.
   */
  private void addBeside(Value top, Value root) {
    Set<String> inRoot = new HashSet<>();
    for (NamingNode.Child child : childrenOf(root)) {
      inRoot.add(NamingNode.keyLabel(child.key()));
    }
    for (NamingNode.Child child : childrenOf(top)) {
      TensorValue tensor = tensorOf(child.value());
      if (holders.holds(child.value()) && !(tensor != null && named.contains(tensor))) {
        String key = NamingNode.keyLabel(child.key());
        LeftOut rest = count(inRoot.contains(key) ? key + BESIDE : key, child.value());
        if (rest.tensors() > 0) {
          found.add(rest);
        }
      }
    }
  }

  /** Adds what the root itself leaves out: values without named tensors, and training state. */
  private void addWithin(Root part, KeyPath path) {
    Value root = part.value();
    Set<Value> leftOut = Collections.newSetFromMap(new IdentityHashMap<>());
    leftOut.addAll(part.without());
    if (NamingNode.of(root) instanceof NamingNode.Module module) {
      module.leftOut().forEach(child -> leftOut.add(child.value()));
    }
    for (NamingNode.Child child : childrenOf(root)) {
      TensorValue tensor = tensorOf(child.value());
      if (tensor != null && named.contains(tensor)) {
        // Nearly everything in a state dict is a plain tensor; what a tensor may carry is found
        // with the rest.
        continue;
      }
      if (!holders.holds(child.value()) || leftOut.contains(child.value())) {
        addWhole(path, child);
      } else {
        addUnnamed(path.child(NamingNode.keyLabel(child.key())).name(), child.value());
      }
    }
  }

  /** Adds what no key leads to, for example in the attributes of a dict. */
  private void addRest(Value top) {
    LeftOut rest = count("(what no key leads to)", top);
    if (rest.tensors() > 0) {
      found.add(rest);
    }
  }

  /** Adds tensors in sets, arguments or non-persistent buffers, which have no name of their own. */
  private void addUnnamed(String key, Value value) {
    LeftOut rest = count(key, value);
    if (rest.tensors() > 0) {
      found.add(new LeftOut(rest.key() + " (what has no name)", rest.tensors(), rest.bytes()));
    }
  }

  private LeftOut count(String key, Value value) {
    if (allNamed) {
      return new LeftOut(key, 0, 0);
    }
    long[] counted = new long[2];
    ValueGraph.addReachable(
        value,
        seen,
        part -> {
          TensorValue tensor = tensorOf(part);
          // An array and its tensor are two values; only the array is reached.
          if (tensor != null && !named.contains(tensor)) {
            counted[0]++;
            for (TensorView view : tensor.content().views()) {
              counted[1] += view.byteSize();
            }
          }
        });
    return new LeftOut(key, counted[0], counted[1]);
  }

  static @Nullable TensorValue tensorOf(Value value) {
    return switch (value) {
      case TensorValue tensor -> tensor;
      case NumpyValue array -> array.tensor();
      default -> null;
    };
  }

  private static List<NamingNode.Child> childrenOf(Value value) {
    NamingNode node = NamingNode.of(value);
    if (node instanceof NamingNode.Module module) {
      List<NamingNode.Child> all = new ArrayList<>(module.children());
      all.addAll(module.leftOut());
      return all;
    }
    return node.named();
  }
}
