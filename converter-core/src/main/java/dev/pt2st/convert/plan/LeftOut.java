package dev.pt2st.convert.plan;

import java.util.regex.Pattern;

/**
 * A part of the checkpoint that is not in the output.
 *
 * @param key the keys that lead to it, joined by dots
 * @param tensors how many tensors are in it
 * @param bytes their size in bytes
 * @param byName whether it is a tensor that a rule for names excludes
 */
public record LeftOut(String key, long tensors, long bytes, boolean byName) {

  /** A plain key, or a description in parentheses in its place or after it. */
  private static final Pattern PLAIN =
      Pattern.compile("(?:[A-Za-z_][\\w.-]*(?: \\([a-z ]+\\))?|\\([a-z ]+\\))");

  /** The key as a message shows it: in quotes if it could be mistaken for a number or for words. */
  public String shownKey() {
    return PLAIN.matcher(key).matches() ? key : '"' + key + '"';
  }

  /** A part of the checkpoint outside of the root. */
  public LeftOut(String key, long tensors, long bytes) {
    this(key, tensors, bytes, false);
  }
}
