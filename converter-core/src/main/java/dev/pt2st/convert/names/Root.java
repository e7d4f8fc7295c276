package dev.pt2st.convert.names;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.pickle.Value;

/**
 * The part of a checkpoint that is converted.
 *
 * @param path the keys that lead to it
 * @param value the value itself
 */
public record Root(KeyPath path, Value value) {
  /** The path as {@link ConvertOptions#root} takes it; empty for the top. */
  public String name() {
    return path.name();
  }
}
