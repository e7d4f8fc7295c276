package dev.pt2st;

import dev.pt2st.text.Glob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which globals are accepted as inert records besides those on the built-in allowlist. A policy
 * knows names only; the allowlist itself is elsewhere. Immutable.
 */
public final class Policy {
  /**
   * The built-in allowlist only. An unlisted global is tolerated if it is not called and not known
   * to be dangerous.
   */
  public static final Policy STANDARD = new Policy(List.of(), Map.of(), false, false);

  /** A pattern as the user gave it, and as parsed. */
  private record Allowed(String text, Glob glob) {}

  private final List<Allowed> allowed;

  /** The names of the user's lists, each with its reason. */
  private final Map<String, String> names;

  private final boolean inert;
  private final boolean strict;

  private Policy(List<Allowed> allowed, Map<String, String> names, boolean inert, boolean strict) {
    this.allowed = allowed;
    this.names = names;
    this.inert = inert;
    this.strict = strict;
  }

  /**
   * Also accepts the names that match a pattern, as inert records.
   *
   * @param glob a full name, in which {@code *} matches any characters and {@code ?} one; a
   *     backslash makes the next character literal
   */
  public Policy allow(String glob) {
    List<Allowed> more = new ArrayList<>(allowed);
    more.add(new Allowed(glob, new Glob(glob)));
    return new Policy(List.copyOf(more), names, inert, strict);
  }

  /** Also accepts the exact names of an organisation's own list, as inert records. */
  public Policy allow(PolicyFile list) {
    Map<String, String> more = new HashMap<>(names);
    list.entries().forEach(entry -> more.put(entry.name(), entry.reason()));
    return new Policy(allowed, Map.copyOf(more), inert, strict);
  }

  /** Accepts every name as an inert record. */
  public Policy allowAll() {
    return new Policy(allowed, names, true, strict);
  }

  /**
   * Also refuses a file that only names a global that is neither listed nor accepted, without
   * calling it.
   */
  public Policy strict() {
    return new Policy(allowed, names, inert, true);
  }

  /** Whether this is a {@link #strict()} policy. */
  public boolean isStrict() {
    return strict;
  }

  /**
   * The whole policy as lines in a canonical order: policies that accept the same by the same means
   * have the same lines, and {@link #STANDARD} has none. Tabs separate the fields of a line; a
   * backslash, a tab and a line end within a field are escaped.
   *
   * <pre>
   * allow    NAME, as given
   * list     NAME    REASON
   * inert
   * strict
   * </pre>
   */
  public List<String> lines() {
    SortedSet<String> lines = new TreeSet<>();
    allowed.forEach(given -> lines.add("allow\t" + field(given.text)));
    names.forEach((name, reason) -> lines.add("list\t" + field(name) + "\t" + field(reason)));
    if (inert) {
      lines.add("inert");
    }
    if (strict) {
      lines.add("strict");
    }
    return List.copyOf(lines);
  }

  /**
   * The policy that these lines describe; the inverse of {@link #lines}.
   *
   * @param lines as {@link #lines} gives them
   * @throws IllegalArgumentException if one of them is not such a line, with the reason
   */
  public static Policy ofLines(List<String> lines) {
    Policy policy = STANDARD;
    Map<String, String> names = new HashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      String kind = fields[0] + "/" + fields.length;
      switch (kind) {
        case "allow/2" -> policy = policy.allow(unescaped(fields[1]));
        case "list/3" -> names.put(unescaped(fields[1]), unescaped(fields[2]));
        case "inert/1" -> policy = policy.allowAll();
        case "strict/1" -> policy = policy.strict();
        default -> throw new IllegalArgumentException("no line of a policy: " + line);
      }
    }
    return new Policy(policy.allowed, Map.copyOf(names), policy.inert, policy.strict);
  }

  private static String unescaped(String field) {
    StringBuilder text = new StringBuilder();
    boolean isEscaped = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (!isEscaped && c == '\\') {
        isEscaped = true;
        continue;
      }
      text.append(isEscaped ? escaped(c, field) : c);
      isEscaped = false;
    }
    if (isEscaped) {
      throw new IllegalArgumentException("no field of a policy: " + field);
    }
    return text.toString();
  }

  private static char escaped(char c, String field) {
    return switch (c) {
      case '\\' -> c;
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      default -> throw new IllegalArgumentException("no field of a policy: " + field);
    };
  }

  private static String field(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  /**
   * What accepts a name that is not on the built-in allowlist; null if nothing does. An exact name
   * takes precedence over a pattern.
   *
   * @param full module and qualified name, joined by a dot, as resolved
   */
  public @Nullable Acceptance acceptance(String full) {
    String reason = names.get(full);
    if (reason != null) {
      return new Acceptance(Acceptance.By.LIST, reason);
    }
    Acceptance byPattern = null;
    for (Allowed given : allowed) {
      if (given.glob.matches(full)) {
        if (given.glob.isExact()) {
          return new Acceptance(Acceptance.By.NAME, given.text);
        }
        byPattern =
            byPattern == null ? new Acceptance(Acceptance.By.PATTERN, given.text) : byPattern;
      }
    }
    return byPattern == null && inert ? new Acceptance(Acceptance.By.ALL, "") : byPattern;
  }
}
