package dev.pt2st.convert;

import dev.pt2st.pickle.Value;
import dev.pt2st.torch.NumpyValue;
import dev.pt2st.torch.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Finds what a root leaves out: nothing of a checkpoint is dropped in silence. */
final class LeftOutFinder {
  private final Set<Value> written = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Value> counted = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<LeftOut> found = new ArrayList<>();

  private LeftOutFinder(List<NamedTensor> tensors) {
    tensors.forEach(tensor -> written.add(tensor.tensor()));
  }

  /**
   * What is beside the root on each level from the top down to it, and what in the root is no
   * tensor.
   *
   * @param tensors those that are written
   */
  static List<LeftOut> find(Value top, Root root, List<NamedTensor> tensors) {
    LeftOutFinder finder = new LeftOutFinder(tensors);
    Value at = top;
    KeyPath path = KeyPath.TOP;
    for (String key : root.path().keys()) {
      Value next = null;
      for (Node.Child child : childrenOf(at)) {
        String text = Node.keyText(child.key());
        if (next == null && key.equals(text)) {
          next = child.value();
        } else {
          finder.add(path.child(text == null ? "?" : text), child.value());
        }
      }
      if (next == null) {
        throw new IllegalArgumentException("no such root: " + root.name());
      }
      at = next;
      path = path.child(key);
    }
    finder.addWithin(at, path);
    return finder.found;
  }

  /** In the root itself only what holds no written tensor at all is left out as a whole. */
  private void addWithin(Value root, KeyPath path) {
    for (Node.Child child : childrenOf(root)) {
      if (child.value() instanceof TensorValue && written.contains(child.value())) {
        continue;
      }
      Set<Value> parts = ValueGraph.reachable(child.value());
      if (Collections.disjoint(parts, written)) {
        String text = Node.keyText(child.key());
        add(path.child(text == null ? "?" : text), child.value());
      } else {
        addUnnamed(path, child, parts);
      }
    }
  }

  /**
   * Tensors inside of sets, arguments or non-persistent buffers, which have no name of their own.
   */
  private void addUnnamed(KeyPath path, Node.Child child, Set<Value> parts) {
    LeftOut rest = count(path.child(String.valueOf(Node.keyText(child.key()))).name(), parts);
    if (rest.tensors() > 0) {
      found.add(new LeftOut(rest.key() + " (what has no name)", rest.tensors(), rest.bytes()));
    }
  }

  private void add(KeyPath path, Value value) {
    found.add(count(path.name(), ValueGraph.reachable(value)));
  }

  private LeftOut count(String key, Set<Value> values) {
    long tensors = 0;
    long bytes = 0;
    for (Value value : values) {
      TensorValue tensor =
          switch (value) {
            case TensorValue direct -> direct;
            case NumpyValue array -> array.tensor();
            default -> null;
          };
      if (tensor != null && !written.contains(tensor) && counted.add(tensor)) {
        tensors++;
        if (tensor.content() instanceof TensorValue.Strided strided) {
          bytes += strided.view().byteSize();
        }
      }
    }
    return new LeftOut(key, tensors, bytes);
  }

  private static List<Node.Child> childrenOf(Value value) {
    Node node = Node.of(value);
    if (node instanceof Node.Module module) {
      List<Node.Child> all = new ArrayList<>(module.children());
      all.addAll(module.leftOut());
      return all;
    }
    return node.named();
  }
}
