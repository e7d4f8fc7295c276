package dev.pt2st.cli.report.sbom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The top-level values of the YAML at the start of a model card: texts and lists of texts. Cards on
 * the Hub use these for licences, tasks and data sets. Any other YAML (multi-line texts, anchors,
 * tags, duplicate keys) counts as no value, never as a wrong one.
 */
final class FrontMatter {
  private static final String FENCE = "---";

  /** Cards on the Hub have a few KB of it, or tens of KB with evaluation results. */
  private static final int MOST_BYTES = 1 << 18;

  private static final int MOST_ITEMS = 1_000;
  private static final int LONGEST = 1_000;

  private static final Pattern KEY =
      Pattern.compile("(?s)([A-Za-z_][A-Za-z0-9_-]*):(?:[ \t]++(.*))?");
  private static final Pattern ITEM = Pattern.compile("(?s)[ ]*+-[ \t]++(.*)");
  private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"([^\"\\\\]*)\"");
  private static final Pattern SINGLE_QUOTED = Pattern.compile("'([^']*)'");

  /** Matches a plain YAML text: none of its characters begins anything else or ends it. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "(?:[^\\s\\-?:,\\[\\]{}#&*!|>'\"%@`]|-[^\\s:,\\[\\]{}])(?:(?!:[ \t]|:$)[^\\[\\]{},])*");

  /** Words that are not texts in YAML: those of the core schema, and more for older readers. */
  private static final Pattern NO_TEXT =
      Pattern.compile("~|null|true|false|yes|no|on|off|[yn]", Pattern.CASE_INSENSITIVE);

  /** Characters at which some YAML readers end a line and others do not. */
  private static final Pattern LINE_END = Pattern.compile("[\\x85\\u2028\\u2029]");

  private final Map<String, List<String>> values = new HashMap<>();
  private final Set<String> unread = new HashSet<>();

  private FrontMatter() {}

  /** Reads a file; without values if there is none, or it does not begin with YAML. */
  static FrontMatter of(Path file) throws IOException {
    FrontMatter read = new FrontMatter();
    if (Files.isRegularFile(file)) {
      byte[] start;
      try (InputStream in = Files.newInputStream(file)) {
        start = in.readNBytes(MOST_BYTES);
      }
      read.read(new String(start, StandardCharsets.UTF_8).lines().toList());
    }
    return read;
  }

  private void read(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().stripTrailing().equals(FENCE)) {
      return;
    }
    int end = 1;
    while (end < lines.size() && !lines.get(end).stripTrailing().equals(FENCE)) {
      end++;
    }
    if (end == lines.size()) {
      return; // cut off, or not YAML
    }
    for (int i = 1; i < end; i++) {
      Matcher key = KEY.matcher(lines.get(i).stripTrailing());
      if (key.matches()) {
        String value = key.group(2) == null ? "" : key.group(2);
        List<String> below = new ArrayList<>();
        while (i + 1 < end && isBelow(lines.get(i + 1))) {
          i++;
          below.add(lines.get(i));
        }
        put(key.group(1), value, below);
      }
    }
  }

  private static boolean isBelow(String line) {
    return line.isBlank() || line.startsWith(" ") || line.startsWith("\t") || line.startsWith("-");
  }

  private void put(String key, String value, List<String> below) {
    List<String> texts = new ArrayList<>();
    String rest = withoutComment(value).strip();
    boolean understood;
    if (LINE_END.matcher(value).find() || below.stream().anyMatch(LINE_END.asPredicate())) {
      understood = false;
    } else if (rest.isEmpty()) {
      understood = addItems(below, texts);
    } else if (below.stream().anyMatch(line -> !isEmpty(line))) {
      understood = false; // a multi-line value
    } else if (rest.startsWith("[") && rest.endsWith("]")) {
      String list = rest.substring(1, rest.length() - 1).strip();
      understood = true;
      for (String item : list.isEmpty() ? new String[0] : list.split(",", MOST_ITEMS + 1)) {
        understood &= add(item.strip(), texts);
      }
    } else {
      understood = add(rest, texts);
    }
    if (!understood || values.put(key, List.copyOf(texts)) != null) {
      unread.add(key);
    }
  }

  /** The text without a comment, which begins at the start or after a blank. */
  private static String withoutComment(String text) {
    for (int at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
      if (at == 0 || " \t".indexOf(text.charAt(at - 1)) >= 0) {
        return text.substring(0, at);
      }
    }
    return text;
  }

  private static boolean isEmpty(String line) {
    return withoutComment(line).isBlank();
  }

  private static boolean addItems(List<String> below, List<String> texts) {
    for (String line : below) {
      if (isEmpty(line)) {
        continue;
      }
      Matcher item = ITEM.matcher(line.stripTrailing());
      if (!item.matches()
          || texts.size() == MOST_ITEMS
          || !add(withoutComment(item.group(1)).strip(), texts)) {
        return false;
      }
    }
    return true;
  }

  private static boolean add(String written, List<String> texts) {
    if (written.length() > LONGEST) {
      return false;
    }
    for (Pattern quoted : List.of(DOUBLE_QUOTED, SINGLE_QUOTED)) {
      Matcher matcher = quoted.matcher(written);
      if (matcher.matches()) {
        texts.add(matcher.group(1));
        return true;
      }
    }
    if (!PLAIN.matcher(written).matches() || NO_TEXT.matcher(written).matches()) {
      return false;
    }
    texts.add(written);
    return true;
  }

  /** The texts of a key; empty if it is missing or has another kind of value. */
  List<String> texts(String key) {
    return unread.contains(key) ? List.of() : values.getOrDefault(key, List.of());
  }

  /** The one text of a key; empty if it has none or several. */
  String text(String key) {
    List<String> texts = texts(key);
    return texts.size() == 1 ? texts.getFirst() : "";
  }
}
