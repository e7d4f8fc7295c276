package dev.pt2st.convert.names;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.pickle.Value;
import java.util.Set;

/**
 * The part of a checkpoint that is converted.
 *
 * @param path the keys that lead to it
 * @param value the value itself
 * @param rule why it was chosen
 * @param without its direct children that are left out as training state, by identity
 */
public record Root(KeyPath path, Value value, RootRule rule, Set<Value> without) {

  /** A part with everything in it. */
  Root(KeyPath path, Value value, RootRule rule) {
    this(path, value, rule, Set.of());
  }

  /** The path as {@link ConvertOptions#root} takes it; empty for the top. */
  public String name() {
    return path.name();
  }

  /** The children of its value whose tensors get names. */
  public Iterable<NamingNode.Child> children() {
    var all = NamingNode.of(value).named();
    return without.isEmpty()
        ? all
        : all.stream().filter(child -> !without.contains(child.value())).toList();
  }
}
