package dev.pt2st.cli.report.scan;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.Acceptance;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Verdict;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The report in the Static Analysis Results Interchange Format, SARIF 2.1.0, with what GitHub code
 * scanning requires: rules with help and a severity, URIs relative to a base, a line (always the
 * first, as the files are binary) and fingerprints.
 */
public final class ScanSarif implements ScanReport {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  /** How many results of a run GitHub shows at most, according to its SARIF documentation. */
  private static final long SHOWN_BY_GITHUB = 5_000;

  /** GitHub refuses a run with more results than this. */
  private static final long TAKEN_BY_GITHUB = 25_000;

  /** The name of the base in locations; many tools know it as the root of the sources. */
  private static final String BASE = "%SRCROOT%";

  /** Separates digest and URI, for a relative URI. */
  private static final String BELOW = " b ";

  private static final String ELSEWHERE = " e ";

  private final Terminal terminal;
  private final JsonWriter json;
  private final ScanRun run;
  private final ReportBase base;

  /** For each file with a digest one line: the digest, one of the two above, and the URI. */
  private final SpillingQueue<String> artifacts = SpillingQueue.ofLines();

  private long files;
  private long results;

  public ScanSarif(Terminal terminal, ScanRun run, ReportBase base) throws IOException {
    this.terminal = terminal;
    this.run = run;
    this.base = base;
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
    SarifRules.write(json);
    json.endObject().endObject();
    json.name("originalUriBaseIds").beginObject().name(BASE).beginObject();
    json.name("uri").value(base.uri());
    json.endObject().endObject();
    json.name("results").beginArray();
  }

  @Override
  public void add(ScannedFile file) throws IOException {
    boolean listed = file.sha256() != null;
    for (Finding finding : file.report().findings()) {
      write(finding, listed, null);
    }
    for (AcceptedFinding accepted : file.report().accepted()) {
      write(accepted.finding(), listed, accepted.acceptance());
    }
    if (listed) {
      ReportBase.Location location = base.location(file.report().file());
      artifacts.add(file.sha256() + (location.isRelative() ? BELOW : ELSEWHERE) + location.uri());
      files++;
    }
  }

  private void write(Finding finding, boolean listed, @Nullable Acceptance acceptance)
      throws IOException {
    ReportBase.Location location = base.location(finding.place().file());
    begin(finding.rule().id(), SarifRules.level(finding.rule()), message(finding));
    if (run.choice().baseline() != null) {
      json.name("baselineState").value("new");
    }
    writeLocation(location, listed ? files : -1, finding.place().entry());
    json.name("partialFingerprints").beginObject();
    String uri = base.locationOf(base.name(finding.place().file())).uri();
    json.name("pt2stFinding/v1").value(fingerprint(uri, finding));
    json.endObject();
    // If one result has the member, all must have it.
    json.name("suppressions").beginArray();
    if (acceptance != null) {
      writeSuppression(Acceptances.reason(acceptance));
    }
    json.endArray();
    writeProperties(finding);
    json.endObject();
  }

  private void begin(String rule, String level, String message) throws IOException {
    results++;
    json.beginObject();
    json.name("ruleId").value(rule);
    int index = SarifRules.indexOf(rule);
    if (index >= 0) {
      json.name("ruleIndex").value(index);
    }
    json.name("level").value(level);
    json.name("message").beginObject().name("text").value(message).endObject();
  }

  private void writeSuppression(String justification) throws IOException {
    json.beginObject();
    json.name("kind").value("external");
    json.name("status").value("accepted");
    json.name("justification").value(justification);
    json.endObject();
  }

  /**
   * @param artifact the index of the file in the artifacts; negative if it is not there
   */
  private void writeLocation(ReportBase.Location location, long artifact, @Nullable String entry)
      throws IOException {
    json.name("locations").beginArray().beginObject();
    json.name("physicalLocation").beginObject();
    json.name("artifactLocation").beginObject();
    writeMembers(location);
    if (artifact >= 0) {
      json.name("index").value(artifact);
    }
    json.endObject();
    json.name("region").beginObject().name("startLine").value(1).endObject();
    json.endObject();
    if (entry != null) {
      json.name("logicalLocations").beginArray().beginObject();
      json.name("fullyQualifiedName").value(entry);
      json.endObject().endArray();
    }
    json.endObject().endArray();
  }

  private void writeMembers(ReportBase.Location location) throws IOException {
    json.name("uri").value(location.uri());
    if (location.isRelative()) {
      json.name("uriBaseId").value(BASE);
    }
  }

  @Override
  public void addGone(FindingIdentity finding) throws IOException {
    String entry = finding.entry().isEmpty() ? null : finding.entry();
    begin(finding.rule(), "none", "Not there any more: " + finding.name() + ".");
    json.name("kind").value("pass");
    json.name("baselineState").value("absent");
    writeLocation(base.locationOf(finding.path()), -1, entry);
    json.name("suppressions").beginArray();
    if (finding.accepted()) {
      writeSuppression("accepted in the earlier report");
    }
    json.endArray();
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
      json.name("use").value(global.use().word());
      json.name("opcode").value(global.opcode());
      json.name("calls").beginArray();
      for (TracedGlobal.TracedCall call : global.calls()) {
        json.value(call.opcode() + " at byte " + call.offset() + ": " + call.arguments());
      }
      json.endArray();
    }
    json.endObject();
  }

  /** A fingerprint that stays the same for the same finding in the next version of a file. */
  private static String fingerprint(String uri, Finding finding) {
    TracedGlobal global = finding.global();
    String identity =
        String.join(
            "\n",
            finding.rule().id(),
            uri,
            orEmpty(finding.place().entry()),
            global == null ? finding.message() : global.name().toString());
    return Sha256.hex(identity).substring(0, 32);
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
    json.name("startTimeUtc").value(run.time().toString());
    json.endObject().endArray();
    writeArtifacts();
    json.name("properties").beginObject();
    run.writeTo(json);
    summary.writeNetworkTo(json);
    json.endObject();
    json.endObject().endArray();
    json.endObject();
    json.flush();
    terminal.raw("\n");
    warn();
  }

  private void writeArtifacts() throws IOException {
    Supplier<@Nullable String> lines = artifacts.each();
    String line = lines.get();
    if (line == null) {
      return;
    }
    json.name("artifacts").beginArray();
    for (; line != null; line = lines.get()) {
      int end = line.indexOf(' ');
      boolean relative = line.startsWith(BELOW, end);
      json.beginObject();
      json.name("location").beginObject();
      String uri = line.substring(end + BELOW.length());
      writeMembers(new ReportBase.Location(uri, relative));
      json.endObject();
      json.name("hashes").beginObject();
      json.name("sha-256").value(line.substring(0, end));
      json.endObject();
      json.endObject();
    }
    json.endArray();
  }

  private void warn() {
    if (results > SHOWN_BY_GITHUB) {
      terminal.note(
          String.format(
              Locale.ROOT,
              "pt2st: the report has %,d results: code scanning of GitHub shows %,d of a run at most%s;"
                  + " scan parts of the tree one by one",
              results,
              SHOWN_BY_GITHUB,
              results > TAKEN_BY_GITHUB
                  ? String.format(
                      Locale.ROOT, " and refuses one with more than %,d", TAKEN_BY_GITHUB)
                  : ""));
    }
  }

  @Override
  public void close() throws IOException {
    artifacts.close();
  }
}
