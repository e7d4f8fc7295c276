package dev.pt2st.cli.terminal;

import java.util.regex.Pattern;

/**
 * Takes out of a text what may be a secret in the addresses in it: what stands behind a question
 * mark or a hash, where signatures are, and a name or password in front of a host. For texts that
 * repeat what a user has typed, or come from a mistake of ours.
 */
public final class Redaction {
  private static final String START = "(\\b[A-Za-z][A-Za-z0-9+.-]*://";
  private static final Pattern USER = Pattern.compile(START + ")[^\\s/?#]*@");
  private static final Pattern SECRET = Pattern.compile(START + "[^\\s?#]*)[?#][^\\s'\"]*");

  private Redaction() {}

  /** The text without them. */
  public static String of(String text) {
    if (!text.contains("://")) {
      return text;
    }
    return SECRET.matcher(USER.matcher(text).replaceAll("$1")).replaceAll("$1");
  }
}
