package dev.pt2st.convert.options;

import dev.pt2st.safetensors.format.HeaderWriter;
import dev.pt2st.text.Glob;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules that select the tensors of the root by name, and rename them. Immutable.
 *
 * <p>Globs match the original names of tensors below the root. A tensor is taken if an include glob
 * matches it or there are no include globs, and no exclude glob matches it. Then prefixes are
 * stripped, and after that names are changed, each in the order in which the rules were given.
 */
public final class NameOptions {
  /** All tensors, under their own names. */
  public static final NameOptions NONE =
      new NameOptions(List.of(), List.of(), List.of(), List.of(), List.of());

  /** The effect of a rule. */
  public enum Kind {
    /** Takes tensors whose name matches a glob. */
    INCLUDE,
    /** Leaves out tensors whose name matches a glob. */
    EXCLUDE,
    /** Strips a prefix from names. */
    STRIP_PREFIX,
    /** Changes names. */
    RENAME
  }

  /**
   * One rule.
   *
   * @param kind what it does
   * @param text as it was given
   */
  public record Rule(Kind kind, String text) {}

  private final List<Rule> rules;
  private final List<Glob> included;
  private final List<Glob> excluded;
  private final List<String> prefixes;
  private final List<RenameRule> renames;

  private NameOptions(
      List<Rule> rules,
      List<Glob> included,
      List<Glob> excluded,
      List<String> prefixes,
      List<RenameRule> renames) {
    this.rules = rules;
    this.included = included;
    this.excluded = excluded;
    this.prefixes = prefixes;
    this.renames = renames;
  }

  /** Takes tensors whose name matches; others are only taken by another include rule. */
  public NameOptions include(String glob) {
    return new NameOptions(
        and(rules, new Rule(Kind.INCLUDE, glob)),
        and(included, new Glob(glob)),
        excluded,
        prefixes,
        renames);
  }

  /** Leaves out tensors whose name matches. */
  public NameOptions exclude(String glob) {
    return new NameOptions(
        and(rules, new Rule(Kind.EXCLUDE, glob)),
        included,
        and(excluded, new Glob(glob)),
        prefixes,
        renames);
  }

  /** Strips a prefix from the names that begin with it. */
  public NameOptions stripPrefix(String prefix) {
    return new NameOptions(
        and(rules, new Rule(Kind.STRIP_PREFIX, prefix)),
        included,
        excluded,
        and(prefixes, prefix),
        renames);
  }

  /**
   * Changes names.
   *
   * @param rule as {@code sed} writes it: {@code s/REGEX/REPLACEMENT/}, with the flags {@code g}
   *     and {@code i}; a regular expression of RE2
   * @throws IllegalArgumentException if it is not such a rule, with the reason
   */
  public NameOptions rename(String rule) {
    return new NameOptions(
        and(rules, new Rule(Kind.RENAME, rule)),
        included,
        excluded,
        prefixes,
        and(renames, RenameRule.parse(rule)));
  }

  /** All rules, in the order in which they were given. */
  public List<Rule> rules() {
    return rules;
  }

  /** The texts of all rules of a kind, in the order in which they were given. */
  public List<String> texts(Kind kind) {
    return rules.stream().filter(rule -> rule.kind() == kind).map(Rule::text).toList();
  }

  /**
   * These options with an additional rule.
   *
   * @throws IllegalArgumentException if its text is invalid for its kind, with the reason
   */
  public NameOptions with(Rule rule) {
    return switch (rule.kind()) {
      case INCLUDE -> include(rule.text());
      case EXCLUDE -> exclude(rule.text());
      case STRIP_PREFIX -> stripPrefix(rule.text());
      case RENAME -> rename(rule.text());
    };
  }

  private static <T> List<T> and(List<T> all, T one) {
    List<T> more = new ArrayList<>(all);
    more.add(one);
    return List.copyOf(more);
  }

  /** Whether a tensor of this name is taken. */
  public boolean takes(String name) {
    return (included.isEmpty() || matchesAny(included, name)) && !matchesAny(excluded, name);
  }

  private static boolean matchesAny(List<Glob> globs, String name) {
    for (Glob glob : globs) {
      if (glob.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /** The new name of a tensor. Renaming stops when a name becomes too long for any header. */
  public String nameFor(String name) {
    if (prefixes.isEmpty() && renames.isEmpty()) {
      return name;
    }
    String renamed = name;
    for (String prefix : prefixes) {
      renamed = renamed.startsWith(prefix) ? renamed.substring(prefix.length()) : renamed;
    }
    for (RenameRule rule : renames) {
      renamed = renamed.length() > HeaderWriter.MAX_JSON_BYTES ? renamed : rule.apply(renamed);
    }
    return renamed;
  }
}
