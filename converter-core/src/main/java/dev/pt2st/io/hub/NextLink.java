package dev.pt2st.io.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Link: <address>; rel="next"}. */
final class NextLink {
  private static final Pattern LINK =
      Pattern.compile("<([^<>]{1,8192})>((?:\\s*;\\s*[\\w*]+=(?:\"[^\"]*\"|[^\\s;,\"]*))*)");

  private static final Pattern NEXT = Pattern.compile(";\\s*rel=\"?next\"?(?:\\s|;|$)");
  private static final int LONGEST = 16 << 10;

  private NextLink() {}

  /** The address of the next page, which may be relative; empty if this is the last one. */
  static String of(String header) {
    if (header.length() > LONGEST) {
      return "";
    }
    Matcher link = LINK.matcher(header);
    while (link.find()) {
      if (NEXT.matcher(link.group(2)).find()) {
        return link.group(1);
      }
    }
    return "";
  }
}
