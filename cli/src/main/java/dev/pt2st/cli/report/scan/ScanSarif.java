package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import com.google.gson.stream.JsonWriter;
import dev.pt2st.Acceptance;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The report in the Static Analysis Results Interchange Format, SARIF 2.1.0, with what the code
 * scanning of GitHub wants of it: rules with help and a severity, relative URIs, a line (there is
 * but the first one in a file of bytes) and fingerprints.
 */
public final class ScanSarif implements ScanReport {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

  private static final List<Rule> RULES = List.of(Rule.values());

  private final Terminal terminal;
  private final Path base;
  private final JsonWriter json;

  /**
   * @param base the folder that URIs count from
   */
  public ScanSarif(Terminal terminal, Path base) throws IOException {
    this.terminal = terminal;
    this.base = base.toAbsolutePath().normalize();
    this.json = new JsonWriter(new PrintableJson(terminal.outWriter()));
    json.setHtmlSafe(false);
    json.setIndent("  ");
    json.beginObject();
    json.name("$schema").value(SCHEMA);
    json.name("version").value("2.1.0");
    json.name("runs").beginArray().beginObject();
    json.name("tool").beginObject().name("driver").beginObject();
    json.name("name").value("pt2st");
    json.name("version").value(Version.number());
    json.name("rules").beginArray();
    for (Rule rule : RULES) {
      write(rule);
    }
    json.endArray().endObject().endObject();
    json.name("results").beginArray();
  }

  private void write(Rule rule) throws IOException {
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

  private static String help(Rule rule) {
    return rule == Rule.UNKNOWN_GLOBAL
        ? rule.help()
            + " If you know that the name is only data, accept it with --allow or in a policy file."
        : rule.help();
  }

  private static String level(Rule rule) {
    return switch (rule.verdict()) {
      case DANGEROUS, MALFORMED, UNREADABLE -> "error";
      case UNKNOWN -> "warning";
      case SAFE, ACCEPTED, NO_PICKLE -> "note";
    };
  }

  /** By the scale of CVSS, which GitHub shows as critical, high and medium. */
  private static String severity(Rule rule) {
    return switch (rule.verdict()) {
      case DANGEROUS -> "9.8";
      case MALFORMED -> "7.5";
      case UNKNOWN, UNREADABLE -> "5.0";
      case SAFE, ACCEPTED, NO_PICKLE -> "0.0";
    };
  }

  @Override
  public void add(FileReport report) throws IOException {
    for (Finding finding : report.findings()) {
      write(finding, null);
    }
    for (AcceptedFinding accepted : report.accepted()) {
      write(accepted.finding(), accepted.acceptance());
    }
  }

  private void write(Finding finding, @Nullable Acceptance acceptance) throws IOException {
    json.beginObject();
    json.name("ruleId").value(finding.rule().id());
    json.name("ruleIndex").value(RULES.indexOf(finding.rule()));
    json.name("level").value(level(finding.rule()));
    json.name("message").beginObject().name("text").value(message(finding)).endObject();
    json.name("locations").beginArray().beginObject();
    json.name("physicalLocation").beginObject();
    String uri = uri(finding.place().file());
    json.name("artifactLocation").beginObject().name("uri").value(uri).endObject();
    json.name("region").beginObject().name("startLine").value(1).endObject();
    json.endObject();
    String entry = finding.place().entry();
    if (entry != null) {
      json.name("logicalLocations").beginArray().beginObject();
      json.name("fullyQualifiedName").value(entry);
      json.endObject().endArray();
    }
    json.endObject().endArray();
    json.name("partialFingerprints").beginObject();
    json.name("pt2stFinding/v1").value(fingerprint(uri, finding));
    json.endObject();
    // Where one result has the member, all have to have it.
    json.name("suppressions").beginArray();
    if (acceptance != null) {
      json.beginObject();
      json.name("kind").value("external");
      json.name("status").value("accepted");
      json.name("justification").value(Acceptances.reason(acceptance));
      json.endObject();
    }
    json.endArray();
    writeProperties(finding);
    json.endObject();
  }

  private static String message(Finding finding) {
    String place =
        finding.place().entry() == null ? "The file" : "The entry " + finding.place().entry();
    String byteOffset = finding.place().offset() < 0 ? "" : " at byte " + finding.place().offset();
    return place + byteOffset + ": " + finding.message() + ".";
  }

  private void writeProperties(Finding finding) throws IOException {
    json.name("properties").beginObject();
    if (finding.place().offset() >= 0) {
      json.name("byteOffset").value(finding.place().offset());
    }
    TracedGlobal global = finding.global();
    if (global != null) {
      json.name("global").value(global.name().toString());
      json.name("written").value(global.written().toString());
      json.name("use").value(global.use().name().toLowerCase(Locale.ROOT));
      json.name("opcode").value(global.opcode());
      json.name("calls").beginArray();
      for (TracedGlobal.TracedCall call : global.calls()) {
        json.value(call.opcode() + " at byte " + call.offset() + ": " + call.arguments());
      }
      json.endArray();
    }
    json.endObject();
  }

  /** An address as it is; else the path from the base, as a relative reference of RFC 3986. */
  private String uri(ResourceName file) {
    Matcher scheme = SCHEME.matcher(file.text());
    if (scheme.lookingAt()) {
      String[] names = file.text().substring(scheme.end()).split("/", -1);
      return scheme.group()
          + Arrays.stream(names).map(ScanSarif::encoded).collect(Collectors.joining("/"));
    }
    Path path = Path.of(file.text()).toAbsolutePath().normalize();
    Path relative =
        path.getRoot() != null && path.getRoot().equals(base.getRoot())
            ? base.relativize(path)
            : path;
    StringBuilder uri = new StringBuilder();
    for (Path name : relative) {
      uri.append(uri.isEmpty() ? "" : "/").append(encoded(name.toString()));
    }
    return uri.toString();
  }

  private static String encoded(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      encoded.append(unreserved ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return encoded.toString();
  }

  /** The same for the same finding in the next version of a file. */
  private static String fingerprint(String uri, Finding finding) {
    TracedGlobal global = finding.global();
    String identity =
        String.join(
            "\n",
            finding.rule().id(),
            uri,
            orEmpty(finding.place().entry()),
            global == null ? finding.message() : global.name().toString());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  @Override
  public void end(ScanSummary summary, ExitCode code) throws IOException {
    json.endArray();
    json.name("invocations").beginArray().beginObject();
    json.name("executionSuccessful").value(summary.count(Verdict.UNREADABLE) == 0);
    json.name("exitCode").value(code.code());
    json.endObject().endArray();
    json.endObject().endArray();
    json.endObject();
    json.flush();
    terminal.raw("\n");
  }
}
