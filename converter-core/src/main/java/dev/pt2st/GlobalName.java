package dev.pt2st;

/**
 * The name of a global, as the opcodes GLOBAL, INST and STACK_GLOBAL give it.
 *
 * @param module the module, such as {@code torch._utils}
 * @param name the qualified name in the module; may have dots
 */
public record GlobalName(String module, String name) {
  /** A longer name is shortened when it is shown. */
  private static final int LONGEST_SHOWN = 400;

  /** Written out, as each start would otherwise make the code of a record's own method. */
  @Override
  public boolean equals(Object other) {
    return other instanceof GlobalName that && module.equals(that.module) && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return 31 * module.hashCode() + name.hashCode();
  }

  /** Module and name joined by a dot, as in the allowlist. */
  @Override
  public String toString() {
    return module + "." + name;
  }

  /** Module and name joined by a dot, for reports: the middle of a long name is left out. */
  public String shown() {
    String full = toString();
    int half = LONGEST_SHOWN / 2;
    return full.length() <= LONGEST_SHOWN
        ? full
        : full.substring(0, half) + "..." + full.substring(full.length() - half);
  }

  /** Whether module and name are Python identifiers, joined by dots. */
  public boolean isIdentifier() {
    return isDotted(module) && isDotted(name);
  }

  /** Whether a text is one Python identifier or several, joined by dots. */
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
