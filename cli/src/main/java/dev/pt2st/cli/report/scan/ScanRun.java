package dev.pt2st.cli.report.scan;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.Limit;
import dev.pt2st.cli.report.RemedyText;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.Verdict;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The description of a scan in its report, so that others can see what the verdicts are based on
 * and repeat the scan.
 *
 * @param command the command that gives the report: {@code scan}, or {@code report} of results
 * @param time when the scan began, to the second
 * @param paths what was scanned, as the user named it
 * @param rules the options of the scan
 * @param choice which files are scanned, and how they are shown
 * @param words the options that verdicts depend on, as words of a command line
 */
public record ScanRun(
    String command,
    Instant time,
    List<String> paths,
    ScanOptions rules,
    Choice choice,
    List<String> words) {
  /** Replaces the digest in a report if there is no policy. */
  static final String NO_POLICY = "none";

  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  /** The last second of the last year with four digits in ISO 8601. */
  private static final long LAST_SECOND = 253_402_300_799L;

  public ScanRun {
    time = time.truncatedTo(ChronoUnit.SECONDS);
    paths = List.copyOf(paths);
    words = List.copyOf(words);
  }

  /** A run of the command {@code scan}. */
  public ScanRun(
      Instant time, List<String> paths, ScanOptions rules, Choice choice, List<String> words) {
    this("scan", time, paths, rules, choice, words);
  }

  /**
   * The user's choices besides the rules.
   *
   * @param failOn the verdict from which on a file counts
   * @param include patterns, one of which a file must match; empty: all do
   * @param exclude patterns of files that are left out
   * @param allow names and patterns that are accepted, as given
   * @param policy the file of further names; null if there is none
   * @param base the folder to which names are relative, as given
   * @param baseline the earlier report; null if there is none
   * @param quiet whether only what is not safe is shown
   * @param digest whether the report has the SHA-256 of each file
   */
  public record Choice(
      Verdict failOn,
      List<String> include,
      List<String> exclude,
      List<String> allow,
      @Nullable String policy,
      String base,
      @Nullable String baseline,
      boolean quiet,
      boolean digest) {
    public Choice {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      allow = List.copyOf(allow);
    }
  }

  /**
   * The time of a report: now, or the value of the variable for reproducible builds.
   *
   * @throws IllegalArgumentException if the variable is not a number of seconds
   */
  public static Instant time(Map<String, String> environment, InstantSource clock) {
    String seconds = environment.getOrDefault(EPOCH, "");
    if (seconds.isEmpty()) {
      return clock.instant();
    }
    try {
      long number = Long.parseLong(seconds);
      if (number < 0 || number > LAST_SECOND) {
        throw new NumberFormatException(seconds);
      }
      return Instant.ofEpochSecond(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          EPOCH + " must be a number of seconds since 1970, not \"" + seconds + "\"", e);
    }
  }

  /** The version of this program. */
  static String version() {
    return Version.number();
  }

  /**
   * The SHA-256 of the lines of the policy in effect, in UTF-8 with a line feed after each; or
   * {@value #NO_POLICY}.
   */
  String policyDigest() {
    List<String> lines = rules.policy().lines();
    return lines.isEmpty() ? NO_POLICY : Sha256.hexOfLines(lines);
  }

  /** The words of a command line that gives the same report. */
  List<String> allWords() {
    List<String> all = new ArrayList<>(words);
    choice.include().forEach(glob -> all.add("--include=" + glob));
    choice.exclude().forEach(glob -> all.add("--exclude=" + glob));
    all.add("--fail-on=" + choice.failOn().shown());
    if (!choice.base().equals(".")) {
      all.add("--base=" + choice.base());
    }
    if (choice.baseline() != null) {
      all.add("--baseline=" + choice.baseline());
    }
    if (choice.digest()) {
      all.add("--digest");
    }
    all.addAll(paths);
    return all;
  }

  /** The limits by the names of their options, without the leading hyphens. */
  Map<String, Long> limits() {
    Map<String, Long> limits = new TreeMap<>();
    for (Limit limit : Limit.values()) {
      limits.put(RemedyText.option(limit).substring(2), rules.limits().get(limit));
    }
    return limits;
  }

  /** Writes the description as members of an open object. */
  void writeTo(JsonWriter json) throws IOException {
    json.name("time").value(time.toString());
    write(json, "paths", paths);
    json.name("options").beginObject();
    json.name("fail_on").value(choice.failOn().shown());
    json.name("full").value(rules.full());
    json.name("digest").value(choice.digest());
    json.name("quiet").value(choice.quiet());
    write(json, "include", choice.include());
    write(json, "exclude", choice.exclude());
    write(json, "allow", choice.allow());
    json.name("policy").value(choice.policy());
    json.name("base").value(choice.base());
    json.name("baseline").value(choice.baseline());
    json.name("limits").beginObject();
    for (Map.Entry<String, Long> limit : limits().entrySet()) {
      json.name(limit.getKey()).value(limit.getValue());
    }
    json.endObject().endObject();
    json.name("policy_sha256").value(policyDigest());
  }

  private static void write(JsonWriter json, String name, List<String> texts) throws IOException {
    json.name(name).beginArray();
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
  }
}
