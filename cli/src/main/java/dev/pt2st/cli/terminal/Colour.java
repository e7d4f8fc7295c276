package dev.pt2st.cli.terminal;

/** What a word means, as a terminal shows it: in the colours that the user has chosen for it. */
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
