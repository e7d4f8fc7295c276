package dev.pt2st.convert.plan;

import java.util.regex.Pattern;

/**
 * A part of the checkpoint that the output does not hold.
 *
 * @param key the keys that lead to it, joined by dots
 * @param tensors how many tensors are in it
 * @param bytes how many bytes these have
 * @param byName whether it is a tensor that a rule on names leaves out
 */
public record LeftOut(String key, long tensors, long bytes, boolean byName) {

  /** A key, or what we say in its place or behind it, which is in parentheses. */
  private static final Pattern PLAIN =
      Pattern.compile("(?:[A-Za-z_][\\w.-]*(?: \\([a-z ]+\\))?|\\([a-z ]+\\))");

  /** The key as a message shows it: in quotes if it could be taken for a number or for words. */
  public String shownKey() {
    return PLAIN.matcher(key).matches() ? key : '"' + key + '"';
  }

  /** What has no place in the part that is converted. */
  public LeftOut(String key, long tensors, long bytes) {
    this(key, tensors, bytes, false);
  }
}
