package dev.pt2st.units;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.Acceptance;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.TracedGlobal.TracedCall;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the report of a scan as a JSON object and reads it back. */
final class ReportJson {
  private ReportJson() {}

  static void write(JsonWriter json, FileReport report) throws IOException {
    json.beginObject();
    json.name("verdict").value(report.verdict().shown());
    json.name("kind").value(report.kind());
    json.name("pickles").value(report.pickles());
    if (!report.findings().isEmpty()) {
      json.name("findings").beginArray();
      for (Finding finding : report.findings()) {
        json.beginObject();
        write(json, report.file(), finding);
        json.endObject();
      }
      json.endArray();
    }
    if (!report.accepted().isEmpty()) {
      json.name("accepted").beginArray();
      for (AcceptedFinding accepted : report.accepted()) {
        json.beginObject();
        write(json, report.file(), accepted.finding());
        json.name("accepted_by").value(word(accepted.acceptance().by()));
        json.name("reason").value(accepted.acceptance().text());
        json.endObject();
      }
      json.endArray();
    }
    if (report.notListed() != 0) {
      json.name("findings_not_listed").value(report.notListed());
    }
    json.endObject();
  }

  private static void write(JsonWriter json, ResourceName file, Finding finding)
      throws IOException {
    Place place = finding.place();
    json.name("rule").value(finding.rule().id());
    if (!place.file().equals(file)) {
      json.name("file").value(place.file().text());
    }
    if (place.entry() != null) {
      json.name("entry").value(place.entry());
    }
    if (place.offset() >= 0) {
      json.name("offset").value(place.offset());
    }
    if (place.tensor() != null) {
      json.name("tensor").value(place.tensor());
    }
    json.name("message").value(finding.message());
    TracedGlobal global = finding.global();
    if (global != null) {
      json.name("global");
      write(json, global);
    }
  }

  private static void write(JsonWriter json, TracedGlobal global) throws IOException {
    json.beginObject();
    write(json, "name", global.name());
    if (!global.written().equals(global.name())) {
      write(json, "written", global.written());
    }
    json.name("use").value(global.use().word());
    json.name("opcode").value(global.opcode());
    json.name("offset").value(global.offset());
    json.name("uses").value(global.uses());
    if (!global.calls().isEmpty()) {
      json.name("calls").beginArray();
      for (TracedCall call : global.calls()) {
        json.beginObject();
        json.name("opcode").value(call.opcode());
        json.name("offset").value(call.offset());
        json.name("arguments").value(call.arguments());
        json.endObject();
      }
      json.endArray();
    }
    if (!global.arguments().isEmpty()) {
      json.name("arguments").beginArray();
      for (String arguments : global.arguments()) {
        json.value(arguments);
      }
      json.endArray();
    }
    if (global.behindBreak()) {
      json.name("behind_break").value(true);
    }
    json.endObject();
  }

  /** Writes module and name separately, as a dot may belong to either. */
  private static void write(JsonWriter json, String name, GlobalName global) throws IOException {
    json.name(name).beginArray().value(global.module()).value(global.name()).endArray();
  }

  static FileReport read(ResourceName file, LineObject json) {
    List<Finding> findings = new ArrayList<>();
    for (LineObject finding : json.objects("findings")) {
      findings.add(finding(file, finding));
      finding.end();
    }
    List<AcceptedFinding> accepted = new ArrayList<>();
    for (LineObject finding : json.objects("accepted")) {
      Acceptance acceptance =
          new Acceptance(
              constant(Acceptance.By.values(), finding.text("accepted_by")),
              finding.text("reason"));
      accepted.add(new AcceptedFinding(finding(file, finding), acceptance));
      finding.end();
    }
    FileReport report =
        new FileReport(
            file,
            verdict(json.text("verdict")),
            json.text("kind"),
            json.number("pickles"),
            findings,
            json.numberOr("findings_not_listed", 0),
            accepted);
    json.end();
    // Otherwise a manipulated line could say that a file with findings is safe.
    for (Finding finding : findings) {
      if (report.verdict().worse(finding.rule().verdict()) != report.verdict()) {
        throw new IllegalArgumentException(
            "the verdict " + report.verdict().shown() + " is better than a finding allows");
      }
    }
    return report;
  }

  private static Finding finding(ResourceName file, LineObject json) {
    ResourceName name = json.has("file") ? new ResourceName(json.text("file")) : file;
    return new Finding(
        rule(json.text("rule")),
        new Place(name, orNull(json, "entry"), json.numberOr("offset", -1), orNull(json, "tensor")),
        json.text("message"),
        json.has("global") ? global(json.object("global")) : null);
  }

  private static @Nullable String orNull(LineObject json, String name) {
    return json.has(name) ? json.text(name) : null;
  }

  private static TracedGlobal global(LineObject json) {
    GlobalName name = globalName(json, "name");
    List<TracedCall> calls = new ArrayList<>();
    for (LineObject call : json.objects("calls")) {
      calls.add(new TracedCall(call.text("opcode"), call.number("offset"), call.text("arguments")));
      call.end();
    }
    TracedGlobal global =
        new TracedGlobal(
            name,
            json.has("written") ? globalName(json, "written") : name,
            constant(GlobalUse.values(), json.text("use")),
            json.text("opcode"),
            json.number("offset"),
            json.number("uses"),
            calls,
            json.texts("arguments"),
            json.flag("behind_break"));
    json.end();
    return global;
  }

  private static GlobalName globalName(LineObject json, String member) {
    List<String> parts = json.texts(member);
    if (parts.size() != 2) {
      throw new IllegalArgumentException("\"" + member + "\" is not a module with a name");
    }
    return new GlobalName(parts.getFirst(), parts.getLast());
  }

  private static Rule rule(String id) {
    for (Rule rule : Rule.values()) {
      if (rule.id().equals(id)) {
        return rule;
      }
    }
    throw new IllegalArgumentException("there is no rule \"" + id + "\"");
  }

  private static Verdict verdict(String shown) {
    for (Verdict verdict : Verdict.values()) {
      if (verdict.shown().equals(shown)) {
        return verdict;
      }
    }
    throw new IllegalArgumentException("there is no verdict \"" + shown + "\"");
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(E[] values, String word) {
    for (E value : values) {
      if (word(value).equals(word)) {
        return value;
      }
    }
    throw new IllegalArgumentException("\"" + word + "\" is unknown");
  }
}
