package dev.pt2st.convert.options;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * A change of names as {@code sed} writes it: {@code s/REGEX/REPLACEMENT/FLAGS}, with any character
 * for the slash. In the replacement, {@code &} is the match and {@code \1} to {@code \9} are its
 * groups. The flag {@code g} replaces all matches, and {@code i} ignores case.
 *
 * <p>Regular expressions are those of RE2, whose time is linear in the length of a name: the names
 * are untrusted.
 */
final class RenameRule {
  private final Pattern pattern;
  private final boolean all;

  /** Texts and group numbers; 0 is the whole match. */
  private final List<Object> replacement;

  private RenameRule(Pattern pattern, List<Object> replacement, boolean all) {
    this.pattern = pattern;
    this.replacement = replacement;
    this.all = all;
  }

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException if it is not a valid rule, with the reason
   */
  static RenameRule parse(String text) {
    if (text.length() < 4 || text.charAt(0) != 's' || text.charAt(1) == '\\') {
      throw wrong(text, "it does not have the form s/REGEX/REPLACEMENT/");
    }
    char delimiter = text.charAt(1);
    int middle = end(text, 2, delimiter);
    int last = middle < 0 ? -1 : end(text, middle + 1, delimiter);
    if (last < 0) {
      throw wrong(text, "it does not have the form s/REGEX/REPLACEMENT/");
    }
    boolean all = false;
    int flags = 0;
    for (char flag : text.substring(last + 1).toCharArray()) {
      switch (flag) {
        case 'g' -> all = true;
        case 'i', 'I' -> flags = Pattern.CASE_INSENSITIVE;
        default -> throw wrong(text, "there is no flag '" + flag + "', only g and i");
      }
    }
    try {
      Pattern pattern = Pattern.compile(unescaped(text.substring(2, middle), delimiter), flags);
      return new RenameRule(
          pattern, replacement(text, text.substring(middle + 1, last), pattern.groupCount()), all);
    } catch (PatternSyntaxException e) {
      throw wrong(text, String.valueOf(e.getMessage()));
    }
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException("\"" + text + "\" is not a rename rule: " + why);
  }

  /** The next delimiter without a backslash before it, or -1. */
  private static int end(String text, int from, char delimiter) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == delimiter) {
        return i;
      }
    }
    return -1;
  }

  /** A regular expression without the backslashes that only escaped a delimiter. */
  private static String unescaped(String regex, char delimiter) {
    StringBuilder text = new StringBuilder(regex.length());
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\' && i + 1 < regex.length()) {
        i++;
        if (regex.charAt(i) != delimiter) {
          text.append(c);
        }
        c = regex.charAt(i);
      }
      text.append(c);
    }
    return text.toString();
  }

  private static List<Object> replacement(String rule, String text, int groups) {
    List<Object> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int group = -1;
      if (c == '&') {
        group = 0;
      } else if (c == '\\' && i + 1 < text.length()) {
        i++;
        c = text.charAt(i);
        group = c >= '1' && c <= '9' ? c - '0' : -1;
      }
      if (group < 0) {
        literal.append(c);
        continue;
      }
      if (group > groups) {
        throw wrong(rule, "it has no group " + group);
      }
      parts.add(literal.toString());
      parts.add(group);
      literal.setLength(0);
    }
    parts.add(literal.toString());
    return List.copyOf(parts);
  }

  /** The new name for a name; the same name if nothing in it matches. */
  String apply(String name) {
    Matcher matcher = pattern.matcher(name);
    if (!matcher.find()) {
      return name;
    }
    StringBuilder changed = new StringBuilder(name.length());
    int copied = 0;
    do {
      changed.append(name, copied, matcher.start());
      for (Object part : replacement) {
        switch (part) {
          case Integer group -> {
            String matched = matcher.group(group);
            changed.append(matched == null ? "" : matched);
          }
          default -> changed.append(part);
        }
      }
      copied = matcher.end();
    } while (all && matcher.find());
    return changed.append(name, copied, name.length()).toString();
  }
}
