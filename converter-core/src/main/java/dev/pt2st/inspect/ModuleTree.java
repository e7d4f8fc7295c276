package dev.pt2st.inspect;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tree of modules by the names of tensors: {@code blocks.0.weight} is a tensor in the module
 * {@code 0} of the module {@code blocks}. The content of a module is in the order of the file.
 */
public final class ModuleTree {
  /** The deepest level; the rest of a longer name is not split. */
  private static final int MOST_LEVELS = 1_000;

  private final String name;
  private final Map<String, ModuleTree> children = new LinkedHashMap<>(0);
  private @Nullable TensorSummary tensor;
  private long tensors;
  private long elements;
  private long bytes;

  private ModuleTree(String name) {
    this.name = name;
  }

  /** The tree of some tensors; its top has no name. */
  public static ModuleTree of(List<TensorSummary> tensors) {
    ModuleTree top = new ModuleTree("");
    for (TensorSummary tensor : tensors) {
      ModuleTree at = top;
      at.count(tensor);
      int start = 0;
      int level = 0;
      while (start <= tensor.name().length()) {
        int dot = ++level < MOST_LEVELS ? tensor.name().indexOf('.', start) : -1;
        int end = dot < 0 ? tensor.name().length() : dot;
        at = at.children.computeIfAbsent(tensor.name().substring(start, end), ModuleTree::new);
        at.count(tensor);
        start = end + 1;
      }
      at.tensor = at.tensor == null ? tensor : at.tensor;
    }
    return top;
  }

  private void count(TensorSummary counted) {
    tensors++;
    elements = DTypeTotal.saturated(elements + counted.elements());
    bytes = DTypeTotal.saturated(bytes + counted.bytes());
  }

  /** The last part of its name. */
  public String name() {
    return name;
  }

  /** The modules and tensors in it. */
  public Collection<ModuleTree> children() {
    return Collections.unmodifiableCollection(children.values());
  }

  /** Whether it contains anything; otherwise it is only a tensor. */
  public boolean isModule() {
    return !children.isEmpty();
  }

  /** Whether it contains modules. */
  public boolean hasModules() {
    return children.values().stream().anyMatch(ModuleTree::isModule);
  }

  /** The tensor with exactly this name; null if there is none. */
  public @Nullable TensorSummary tensor() {
    return tensor;
  }

  /** The number of tensors in it, at any depth. */
  public long tensors() {
    return tensors;
  }

  /** The number of elements of these tensors: parameters and buffers. */
  public long elements() {
    return elements;
  }

  /** The size of these tensors in bytes, each written in full. */
  public long bytes() {
    return bytes;
  }
}
