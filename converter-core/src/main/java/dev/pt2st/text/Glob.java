package dev.pt2st.text;

import java.util.Arrays;

/**
 * A pattern for a whole name: {@code *} matches any characters, {@code ?} matches one, and a
 * backslash makes the next character literal. Matching takes at most as many steps as the product
 * of the two lengths, whatever the name.
 */
public final class Glob {
  private static final int ANY = -1;
  private static final int ONE = -2;

  /** Code points, and the two constants above for wildcards. */
  private final int[] pattern;

  public Glob(String text) {
    int[] codePoints = text.codePoints().toArray();
    int[] parsed = new int[codePoints.length];
    int length = 0;
    for (int i = 0; i < codePoints.length; i++) {
      int c = codePoints[i];
      if (c == '\\' && i + 1 < codePoints.length) {
        i++;
        parsed[length++] = codePoints[i];
      } else {
        parsed[length++] = c == '*' ? ANY : c == '?' ? ONE : c;
      }
    }
    this.pattern = Arrays.copyOf(parsed, length);
  }

  /** Whether it can match one name only. */
  public boolean isExact() {
    return Arrays.stream(pattern).noneMatch(c -> c == ANY || c == ONE);
  }

  /** Whether the whole name matches. */
  public boolean matches(String name) {
    int at = 0;
    int inPattern = 0;
    // Where the last star is in the pattern, and up to where in the name it matches so far.
    int star = -1;
    int reached = 0;
    while (at < name.length()) {
      int c = name.codePointAt(at);
      if (inPattern < pattern.length && pattern[inPattern] == ANY) {
        star = inPattern++;
        reached = at;
      } else if (inPattern < pattern.length
          && (pattern[inPattern] == ONE || pattern[inPattern] == c)) {
        inPattern++;
        at += Character.charCount(c);
      } else if (star >= 0) {
        // The last star takes one more character. Extending an earlier star could not help.
        inPattern = star + 1;
        reached += Character.charCount(name.codePointAt(reached));
        at = reached;
      } else {
        return false;
      }
    }
    while (inPattern < pattern.length && pattern[inPattern] == ANY) {
      inPattern++;
    }
    return inPattern == pattern.length;
  }
}
