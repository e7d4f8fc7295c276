package dev.pt2st.cli.report.scan;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.scan.Rule;
import java.io.IOException;
import java.util.List;

/** The rules of a scan in SARIF, with help and a severity. */
final class SarifRules {
  private static final List<Rule> RULES = List.of(Rule.values());

  private SarifRules() {}

  /** The index of a rule in the order of {@link #write}; negative if there is no such rule. */
  static int indexOf(String id) {
    return RULES.stream().map(Rule::id).toList().indexOf(id);
  }

  static void write(JsonWriter json) throws IOException {
    json.name("rules").beginArray();
    for (Rule rule : RULES) {
      write(json, rule);
    }
    json.endArray();
  }

  private static void write(JsonWriter json, Rule rule) throws IOException {
    json.beginObject();
    json.name("id").value(rule.id());
    json.name("shortDescription").beginObject().name("text").value(rule.summary()).endObject();
    json.name("fullDescription").beginObject().name("text").value(rule.summary() + ".").endObject();
    json.name("help").beginObject();
    json.name("text").value(help(rule));
    json.name("markdown").value(help(rule));
    json.endObject();
    json.name("defaultConfiguration").beginObject().name("level").value(level(rule)).endObject();
    json.name("properties").beginObject();
    json.name("tags").beginArray().value("security").endArray();
    json.name("precision").value(rule == Rule.DANGEROUS_GLOBAL ? "high" : "medium");
    json.name("security-severity").value(severity(rule));
    json.endObject();
    json.endObject();
  }

  /** The help for a rule, in terms of the command line. */
  static String help(Rule rule) {
    return rule == Rule.UNKNOWN_GLOBAL
        ? rule.help()
            + " If you know that the name is only data, accept it with --allow or in a policy file."
        : rule.help();
  }

  static String level(Rule rule) {
    return switch (rule.verdict()) {
      case DANGEROUS, MALFORMED, UNREADABLE -> "error";
      case UNKNOWN -> "warning";
      case UNRECOGNIZED, SAFE, ACCEPTED, NO_PICKLE -> "note";
    };
  }

  /** The severity on the CVSS scale, which GitHub shows as critical, high and medium. */
  private static String severity(Rule rule) {
    return switch (rule.verdict()) {
      case DANGEROUS -> "9.8";
      case MALFORMED -> "7.5";
      case UNKNOWN, UNREADABLE -> "5.0";
      case UNRECOGNIZED, SAFE, ACCEPTED, NO_PICKLE -> "0.0";
    };
  }
}
