package dev.pt2st.io.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Link: <address>; rel="next"}. */
final class NextLink {
  private static final Pattern LINK =
      Pattern.compile("<([^<>]{1,8192})>((?:\\s*;\\s*[\\w*]+=(?:\"[^\"]*\"|[^\\s;,\"]*))*)");

  private static final Pattern PARAMETER =
      Pattern.compile("([\\w*]+)=(?:\"([^\"]*)\"|([^\\s;,\"]*))");

  private static final int LONGEST = 16 << 10;

  private NextLink() {}

  /** The address of the next page, which may be relative; empty if this is the last one. */
  static String of(String header) {
    if (header.length() > LONGEST) {
      return "";
    }
    Matcher link = LINK.matcher(header);
    while (link.find()) {
      if (isNext(link.group(2))) {
        return link.group(1);
      }
    }
    return "";
  }

  private static boolean isNext(String parameters) {
    Matcher parameter = PARAMETER.matcher(parameters);
    while (parameter.find()) {
      String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
      if (parameter.group(1).equals("rel") && value.equals("next")) {
        return true;
      }
    }
    return false;
  }
}
