package dev.pt2st.convert.names;

import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that lead to a value, linked towards the top so that siblings share their common part.
 *
 * @param parent the path of the container; null for the top
 * @param key the text of the last key; empty for the top
 * @param isNumber whether the last key is a number or an index, and not a text of digits
 */
public record KeyPath(@Nullable KeyPath parent, String key, boolean isNumber) {
  public static final KeyPath TOP = new KeyPath(null, "", false);

  /** The path of a child with a text key. */
  public KeyPath child(String childKey) {
    return new KeyPath(this, childKey, false);
  }

  /**
   * The path of a child.
   *
   * @param childKey the text of its key
   * @param written the key itself
   */
  KeyPath child(String childKey, Value written) {
    return new KeyPath(this, childKey, !(written instanceof Value.Text));
  }

  /** Whether this is the path of the top, which has no key. */
  public boolean isTop() {
    return parent == null;
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
   * The keys as Python subscripts, which distinguish a dot in a key from a separator, and a number
   * from a text.
   */
  public String subscripts() {
    StringBuilder text = new StringBuilder();
    for (KeyPath at = this; at != null && at.parent != null; at = at.parent) {
      text.insert(0, at.subscript());
    }
    return text.toString();
  }

  private String subscript() {
    return isNumber
        ? "[" + key + "]"
        : "[\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
  }

  /** The paths from the first key down to this one. */
  public List<KeyPath> steps() {
    List<KeyPath> steps = new ArrayList<>();
    for (KeyPath at = this; at != null && at.parent != null; at = at.parent) {
      steps.add(at);
    }
    return steps.reversed();
  }

  /** Whether the last key is this one. */
  public boolean endsWith(Value written) {
    return key.equals(NamingNode.keyText(written)) && isNumber == !(written instanceof Value.Text);
  }

  /** This path appended to another. */
  KeyPath below(KeyPath above) {
    KeyPath path = above;
    for (KeyPath step : steps()) {
      path = new KeyPath(path, step.key, step.isNumber);
    }
    return path;
  }
}
