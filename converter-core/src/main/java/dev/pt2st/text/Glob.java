package dev.pt2st.text;

import java.util.Arrays;

/**
 * A pattern for a whole name: {@code *} stands for any characters, {@code ?} for one, and a
 * backslash takes its meaning from the character behind it. Matching takes at most as many steps as
 * pattern and name have characters, multiplied, whatever name a file comes up with.
 */
public final class Glob {
  private static final int ANY = -1;
  private static final int ONE = -2;

  /** Code points, and the two above. */
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

  /** Whether it stands for one name alone. */
  public boolean isExact() {
    return Arrays.stream(pattern).noneMatch(c -> c == ANY || c == ONE);
  }

  /** Whether the whole name fits. */
  public boolean matches(String name) {
    int at = 0;
    int inPattern = 0;
    // Where the last star stands, and how far it has been taken to reach.
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
        // The last star takes one more: an earlier one need not, as it could gain nothing by it.
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
