package dev.pt2st.io.hub;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables, by the rules of {@code huggingface_hub}. */
record Variables(Map<String, String> environment, Path home) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern NAME = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)})");

  Variables(Map<String, String> environment, Path home) {
    this.environment = environment;
    String own = environment.getOrDefault("HOME", "");
    this.home = own.isEmpty() ? home : Path.of(own);
  }

  /** A variable's text; an empty one counts as not set. */
  String text(String name) {
    return environment.getOrDefault(name, "");
  }

  boolean isTrue(String name) {
    return TRUE.contains(text(name).toUpperCase(Locale.ROOT));
  }

  /** A path, with a tilde and variables expanded. */
  Path path(String name, Path standard) throws IOException {
    String text = text(name);
    if (text.isEmpty()) {
      return standard;
    }
    if (text.equals("~") || text.startsWith("~/")) {
      text = home + text.substring(1);
    }
    StringBuilder expanded = new StringBuilder();
    Matcher variable = NAME.matcher(text);
    while (variable.find()) {
      String of = variable.group(1) == null ? variable.group(2) : variable.group(1);
      String value = environment.getOrDefault(of, variable.group());
      variable.appendReplacement(expanded, Matcher.quoteReplacement(value));
    }
    try {
      return Path.of(variable.appendTail(expanded).toString());
    } catch (InvalidPathException e) {
      throw new IOException("The environment variable " + name + " is not a path.");
    }
  }
}
