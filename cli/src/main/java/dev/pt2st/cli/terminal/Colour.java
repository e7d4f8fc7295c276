package dev.pt2st.cli.terminal;

/**
 * The colours of words by their meaning. The user's terminal settings decide the actual colours.
 */
public enum Colour {
  ALARM("1;31"),
  BAD("31"),
  UNSURE("33"),
  NOTED("36"),
  GOOD("32"),
  FAINT("2");

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  /** A text between the escapes that begin and end the colour (ECMA-48, SGR). */
  String around(String text) {
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
