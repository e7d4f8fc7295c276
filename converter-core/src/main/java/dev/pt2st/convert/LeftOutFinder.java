package dev.pt2st.convert;

import dev.pt2st.pickle.Value;
import dev.pt2st.torch.NumpyValue;
import dev.pt2st.torch.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        if (next == null && key.equals(Node.keyText(child.key()))) {
          next = child.value();
        } else {
          finder.add(path.child(Node.keyLabel(child.key())), child.value());
        }
      }
      if (next == null) {
        throw new IllegalArgumentException("no such root: " + root.name());
      }
      at = next;
      path = path.child(key);
    }
    finder.addWithin(at, path);
    finder.addRest(top);
    return finder.found;
  }

  /** In the root itself only what holds no written tensor at all is left out as a whole. */
  private void addWithin(Value root, KeyPath path) {
    for (Node.Child child : childrenOf(root)) {
      TensorValue tensor = tensorOf(child.value());
      if (tensor != null && written.contains(tensor)) {
        continue;
      }
      Set<Value> parts = ValueGraph.reachable(child.value());
      if (parts.stream().noneMatch(this::isWritten)) {
        add(path.child(Node.keyLabel(child.key())), child.value());
      } else {
        addUnnamed(path, child, parts);
      }
    }
  }

  /**
   * Tensors inside of sets, arguments or non-persistent buffers, which have no name of their own.
   */
  private void addUnnamed(KeyPath path, Node.Child child, Set<Value> parts) {
    LeftOut rest = count(path.child(Node.keyLabel(child.key())).name(), parts);
    if (rest.tensors() > 0) {
      found.add(new LeftOut(rest.key() + " (what has no name)", rest.tensors(), rest.bytes()));
    }
  }

  /** What no key leads to: in the attributes of a dict, say. */
  private void addRest(Value top) {
    LeftOut rest = count("(what no key leads to)", ValueGraph.reachable(top));
    if (rest.tensors() > 0) {
      found.add(rest);
    }
  }

  private void add(KeyPath path, Value value) {
    found.add(count(path.name(), ValueGraph.reachable(value)));
  }

  private LeftOut count(String key, Set<Value> values) {
    long tensors = 0;
    long bytes = 0;
    for (Value value : values) {
      TensorValue tensor = tensorOf(value);
      if (tensor != null && !written.contains(tensor) && counted.add(tensor)) {
        tensors++;
        if (tensor.content() instanceof TensorValue.Strided strided) {
          bytes += strided.view().byteSize();
        }
      }
    }
    return new LeftOut(key, tensors, bytes);
  }

  private boolean isWritten(Value value) {
    TensorValue tensor = tensorOf(value);
    return tensor != null && written.contains(tensor);
  }

  private static @Nullable TensorValue tensorOf(Value value) {
    return switch (value) {
      case TensorValue tensor -> tensor;
      case NumpyValue array -> array.tensor();
      default -> null;
    };
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
