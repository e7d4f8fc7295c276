package dev.pt2st.cli.terminal;

import java.util.regex.Pattern;

/**
 * Removes possible secrets from addresses in a text: the query and fragment, which may contain
 * signatures, and a user name or password. For texts that repeat the user's input, or that report a
 * bug of this program.
 */
public final class Redaction {
  private static final String START = "(\\b[A-Za-z][A-Za-z0-9+.-]*://";
  private static final Pattern USER = Pattern.compile(START + ")[^\\s/?#]*@");
  private static final Pattern SECRET = Pattern.compile(START + "[^\\s?#]*)[?#][^\\s'\"]*");

  private Redaction() {}

  /** The text without secrets. */
  public static String of(String text) {
    if (!text.contains("://")) {
      return text;
    }
    return SECRET.matcher(USER.matcher(text).replaceAll("$1")).replaceAll("$1");
  }
}
