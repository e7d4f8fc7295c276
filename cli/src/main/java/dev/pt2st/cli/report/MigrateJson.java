package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The JSON report of a migration, described by {@code docs/migrate.schema.json}. It is written
 * incrementally to a nameless file and gets its name when it is complete. If the program is killed
 * before, nothing is left.
 */
final class MigrateJson implements AutoCloseable {
  private static final int FORMAT_VERSION = 1;

  private final ReportFile file;
  private final JsonWriter json;
  private boolean allUnits;

  MigrateJson(Path file, ResourceName source, ResourceName target, boolean dry) throws IOException {
    this.file = new ReportFile(file);
    json =
        new JsonWriter(
            new PrintableJson(new OutputStreamWriter(this.file.stream(), StandardCharsets.UTF_8)));
    json.setHtmlSafe(false);
    json.setIndent("  ");
    json.beginObject();
    json.name("format").value("pt2st-migrate");
    json.name("version").value(FORMAT_VERSION);
    json.name("directory").value(source.text());
    json.name("out").value(target.text());
    json.name("dry_run").value(dry);
    json.name("units").beginArray();
  }

  /** Adds the result of a unit. */
  void add(UnitResult result) throws IOException {
    json.beginObject();
    json.name("name").value(result.unit().name());
    json.name("kind").value(result.unit().kind().name().toLowerCase(Locale.ROOT));
    json.name("verdict").value(result.verdict().shown());
    json.name("reason").value(result.reason());
    json.name("sources").beginArray();
    List<MigrationUnit.Item> items = result.unit().sources();
    for (int i = 0; i < items.size(); i++) {
      String digest = i < result.written().size() ? result.written().get(i).sourceDigest() : "";
      json.beginObject();
      json.name("path").value(items.get(i).source());
      json.name("bytes").value(items.get(i).bytes());
      json.name("digest");
      if (digest.isEmpty()) {
        json.nullValue();
      } else {
        json.value(digest);
      }
      json.endObject();
    }
    json.endArray();
    json.name("targets").beginArray();
    for (Written written : result.written()) {
      json.beginObject();
      json.name("path").value(written.target());
      json.name("bytes").value(written.bytes());
      json.endObject();
    }
    json.endArray();
    json.name("notes");
    Json.line(json, result.notes());
    json.endObject();
  }

  /** Adds why the sources of a unit still exist; called after all results were added. */
  void addKept(MigrationUnit unit, String why) throws IOException {
    endUnits();
    json.beginObject();
    json.name("name").value(unit.name());
    json.name("reason").value(why);
    json.endObject();
  }

  private void endUnits() throws IOException {
    if (!allUnits) {
      allUnits = true;
      json.endArray();
      json.name("kept_originals").beginArray();
    }
  }

  /** Writes the totals and gives the file its name. */
  void end(
      Map<Verdict, MigrateReport.Count> counts,
      MigrateReport.Count removed,
      long others,
      long passedOver,
      Duration elapsed,
      ExitCode code)
      throws IOException {
    endUnits();
    json.endArray();
    json.name("summary").beginObject();
    for (Verdict verdict : Verdict.values()) {
      MigrateReport.Count count = counts.getOrDefault(verdict, MigrateReport.Count.NONE);
      json.name(verdict.shown()).beginObject();
      json.name("units").value(count.units());
      json.name("source_bytes").value(count.bytes());
      json.name("target_bytes").value(count.written());
      json.endObject();
    }
    json.endObject();
    json.name("removed_originals").beginObject();
    json.name("units").value(removed.units());
    json.name("bytes").value(removed.bytes());
    json.endObject();
    json.name("no_checkpoint").value(others);
    json.name("passed_over").value(passedOver);
    json.name("seconds").value(elapsed.toMillis() / 1000.0);
    json.name("exit_code").value(code.code());
    json.endObject();
    json.flush();
    file.commit();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
