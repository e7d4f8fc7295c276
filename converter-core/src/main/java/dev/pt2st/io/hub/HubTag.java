package dev.pt2st.io.hub;

import java.util.regex.Pattern;

/** The entity tags of the Hub: the digest of a file's content, in Git or by SHA-256. */
final class HubTag {
  private static final int LONGEST = 256;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  private HubTag() {}

  /** The tag without quotes and without the mark of a weak tag; empty if it is malformed. */
  static String plain(String header) {
    String text = header.strip();
    text = text.startsWith("W/") ? text.substring(2) : text;
    if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    return text.length() > LONGEST || !text.chars().allMatch(c -> c > 0x20 && c < 0x7f) ? "" : text;
  }

  /** Whether it is a digest, and so can be a file name in a cache. */
  static boolean isDigest(String tag) {
    return DIGEST.matcher(tag).matches();
  }
}
