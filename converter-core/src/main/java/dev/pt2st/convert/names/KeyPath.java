package dev.pt2st.convert.names;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that lead to a value, linked towards the top so that siblings share what they have in
 * common.
 *
 * @param parent the path of the container; null for the top
 * @param key the text of the last key; empty for the top
 */
public record KeyPath(@Nullable KeyPath parent, String key) {
  public static final KeyPath TOP = new KeyPath(null, "");

  public KeyPath child(String childKey) {
    return new KeyPath(this, childKey);
  }

  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (KeyPath at = this; at != null && at.parent != null; at = at.parent) {
      keys.add(at.key);
    }
    Collections.reverse(keys);
    return keys;
  }

  /** The keys joined by dots. */
  public String name() {
    return String.join(".", keys());
  }

  /**
   * The keys as Python would subscript them, so that a dot in a key can be told from one between.
   */
  String subscripts() {
    StringBuilder text = new StringBuilder();
    for (String key : keys()) {
      text.append("['").append(key).append("']");
    }
    return text.toString();
  }
}
