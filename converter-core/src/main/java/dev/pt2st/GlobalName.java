package dev.pt2st;

/**
 * A name as GLOBAL, INST or STACK_GLOBAL gives it.
 *
 * @param module the module, such as {@code torch._utils}
 * @param name the qualified name in it; may have dots
 */
public record GlobalName(String module, String name) {
  /** Characters of a name that people are shown. */
  private static final int LONGEST_SHOWN = 400;

  /** Both joined by a dot, as the allowlist has them. */
  @Override
  public String toString() {
    return module + "." + name;
  }

  /** Both joined by a dot, as people are shown them: the middle of a long name is left out. */
  public String shown() {
    String full = toString();
    int half = LONGEST_SHOWN / 2;
    return full.length() <= LONGEST_SHOWN
        ? full
        : full.substring(0, half) + "..." + full.substring(full.length() - half);
  }

  /** Whether module and name are identifiers of Python, joined by dots. */
  public boolean isIdentifier() {
    return isDotted(module) && isDotted(name);
  }

  /** Whether a text is one identifier of Python or several, joined by dots. */
  public static boolean isDotted(String text) {
    boolean atStart = true;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      boolean fits = atStart ? isStart(c) : c == '.' || isPart(c);
      if (!fits) {
        return false;
      }
      atStart = c == '.';
    }
    return !atStart;
  }

  private static boolean isStart(int c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  private static boolean isPart(int c) {
    return c == '_'
        || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }
}
