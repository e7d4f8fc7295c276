package dev.pt2st.cli.terminal;

/**
 * Characters that nobody sees, or takes for a blank: a name with one of them passes for another
 * name. {@link Printable} lets them through if they do no harm to a terminal.
 */
public final class HiddenCharacters {
  private HiddenCharacters() {}

  /** Whether a text has one. */
  public static boolean isIn(String text) {
    return text.codePoints().anyMatch(HiddenCharacters::is);
  }

  /**
   * Whether a character is shown as nothing or as a blank: controls, formats, blanks but that of
   * ASCII, and what Unicode says may be left out of a display (Default_Ignorable_Code_Point).
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
