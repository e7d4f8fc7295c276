package dev.pt2st.inspect;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The modules that the names of tensors tell of: {@code blocks.0.weight} is a tensor in the module
 * {@code 0} of the module {@code blocks}. What is in a module stands in the order of the file.
 */
public final class ModuleTree {
  /** What is deeper than this is taken for one name. */
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

  /** Whether there is anything in it; otherwise it is a tensor alone. */
  public boolean isModule() {
    return !children.isEmpty();
  }

  /** Whether there are modules in it. */
  public boolean hasModules() {
    return children.values().stream().anyMatch(ModuleTree::isModule);
  }

  /** The tensor of just this name, if there is one. */
  public @Nullable TensorSummary tensor() {
    return tensor;
  }

  /** How many tensors are in it, at any depth. */
  public long tensors() {
    return tensors;
  }

  /** How many elements these have: parameters, and those of buffers too. */
  public long elements() {
    return elements;
  }

  /** How many bytes these have, each written in full. */
  public long bytes() {
    return bytes;
  }
}
