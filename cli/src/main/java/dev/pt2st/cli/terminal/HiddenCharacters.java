package dev.pt2st.cli.terminal;

/**
 * Characters that are invisible or look like a blank, so that a name with one looks like another
 * name. {@link Printable} keeps those that are harmless to a terminal.
 */
public final class HiddenCharacters {
  private HiddenCharacters() {}

  /** Whether a text contains such a character. */
  public static boolean isIn(String text) {
    return text.codePoints().anyMatch(HiddenCharacters::is);
  }

  /**
   * Whether a character is shown as nothing or as a blank: controls, formats, blanks other than the
   * ASCII space, and Default_Ignorable_Code_Point of Unicode.
   */
  public static boolean is(int c) {
    if (c >= ' ' && c <= '~') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> isIgnorable(c);
    };
  }

  private static boolean isIgnorable(int c) {
    return c == 0x34f // combining grapheme joiner
        || c == 0x115f // fillers of Hangul
        || c == 0x1160
        || c == 0x3164
        || c == 0xffa0
        || c == 0x2800 // a pattern of Braille without a dot
        || (c >= 0x17b4 && c <= 0x17b5) // inherent vowels of Khmer
        || (c >= 0x180b && c <= 0x180f) // selectors of Mongolian
        || (c >= 0xfe00 && c <= 0xfe0f) // variation selectors
        || (c >= 0xe0100 && c <= 0xe01ef);
  }
}
