package dev.pt2st.cli.report.scan;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The report as one JSON object, described by {@code docs/scan.schema.json}. */
public final class ScanJson implements ScanReport {
  static final int FORMAT_VERSION = 1;

  private final Terminal terminal;
  private final boolean quiet;
  private final boolean digests;
  private final JsonWriter json;

  /** Whether all files were written, so that only gone findings follow. */
  private boolean allFiles;

  public ScanJson(Terminal terminal, ScanRun run) throws IOException {
    this.terminal = terminal;
    this.quiet = run.choice().quiet();
    this.digests = run.choice().digest();
    this.json = new JsonWriter(new PrintableJson(terminal.outWriter()));
    json.setHtmlSafe(false);
    json.setIndent("  ");
    json.beginObject();
    json.name("format").value("pt2st-scan");
    json.name("version").value(FORMAT_VERSION);
    json.name("tool").beginObject();
    json.name("name").value("pt2st");
    json.name("version").value(ScanRun.version());
    json.endObject();
    run.writeTo(json);
    json.name("files").beginArray();
  }

  @Override
  public void add(ScannedFile file) throws IOException {
    FileReport report = file.report();
    if (quiet && report.verdict().isGood()) {
      return;
    }
    json.beginObject();
    json.name("file").value(report.file().text());
    json.name("path").value(file.path());
    if (digests) {
      json.name("sha256").value(file.sha256());
      if (file.stated()) {
        json.name("sha256_stated_by").value("hub");
      }
    }
    json.name("verdict").value(report.verdict().shown());
    json.name("kind").value(report.kind());
    json.name("pickles").value(report.pickles());
    json.name("findings").beginArray();
    for (Finding finding : report.findings()) {
      json.beginObject();
      write(finding);
      json.endObject();
    }
    json.endArray();
    json.name("accepted").beginArray();
    for (AcceptedFinding accepted : report.accepted()) {
      json.beginObject();
      write(accepted.finding());
      json.name("accepted_by").value(accepted.acceptance().by().name().toLowerCase(Locale.ROOT));
      json.name("reason").value(Acceptances.reason(accepted.acceptance()));
      json.endObject();
    }
    json.endArray();
    json.name("findings_not_listed").value(report.notListed());
    json.endObject();
  }

  private void write(Finding finding) throws IOException {
    json.name("rule").value(finding.rule().id());
    json.name("verdict").value(finding.rule().verdict().shown());
    json.name("entry").value(finding.place().entry());
    long offset = finding.place().offset();
    json.name("offset");
    if (offset < 0) {
      json.nullValue();
    } else {
      json.value(offset);
    }
    json.name("message").value(finding.message());
    TracedGlobal global = finding.global();
    json.name("global");
    if (global == null) {
      json.nullValue();
    } else {
      write(global);
    }
  }

  private void write(TracedGlobal global) throws IOException {
    json.beginObject();
    json.name("name").value(global.name().toString());
    json.name("written").value(global.written().toString());
    json.name("use").value(global.use().word());
    json.name("opcode").value(global.opcode());
    json.name("uses").value(global.uses());
    json.name("behind_break").value(global.behindBreak());
    json.name("calls").beginArray();
    for (TracedGlobal.TracedCall call : global.calls()) {
      json.beginObject();
      json.name("opcode").value(call.opcode());
      json.name("offset").value(call.offset());
      json.name("arguments").value(call.arguments());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  /** Ends the files, once. */
  private void endFiles() throws IOException {
    if (!allFiles) {
      allFiles = true;
      json.endArray();
      json.name("gone").beginArray();
    }
  }

  @Override
  public void addGone(FindingIdentity finding) throws IOException {
    endFiles();
    json.beginObject();
    json.name("path").value(finding.path());
    json.name("rule").value(finding.rule());
    json.name("entry").value(finding.entry().isEmpty() ? null : finding.entry());
    json.name("name").value(finding.name());
    json.name("accepted").value(finding.accepted());
    json.endObject();
  }

  @Override
  public void end(ScanSummary summary, ExitCode code) throws IOException {
    endFiles();
    json.endArray();
    json.name("summary").beginObject();
    json.name("files").value(summary.files());
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      json.name(verdict.shown()).value(summary.count(verdict));
    }
    json.name("as before").value(summary.known());
    json.name("gone").value(summary.gone());
    json.name("not compared").value(summary.notCompared());
    json.name("left out").value(summary.leftOut());
    json.endObject();
    summary.writeNetworkTo(json);
    json.name("exit_code").value(code.code());
    json.endObject();
    json.flush();
    terminal.raw("\n");
  }
}
