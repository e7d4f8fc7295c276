package dev.pt2st.cli.report.results;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Colour;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import dev.pt2st.units.UnitResult;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The report of conversions, comparisons and digests. Scans use the reports of {@code scan}. */
public final class ResultsReport {
  private final MergedResults results;
  private long good;
  private long differing;
  private long failed;
  private ExitCode code = ExitCode.DONE;

  /** A report of merged results. */
  public ResultsReport(MergedResults results) {
    this.results = results;
  }

  /**
   * Prints the report as text: problems first, then the totals.
   *
   * @param quiet whether the digests are left out
   */
  public ExitCode print(Terminal terminal, boolean quiet) throws IOException {
    results.each(result -> {
      count(result);
      switch (result.outcome()) {
        case Summed summed -> {
          if (!quiet) {
            terminal.exactLine(summed.sha256() + "  " + result.uri());
          }
        }
        case Compared compared when compared.differing() > 0 ->
            terminal.line(
                result.target(),
                Colour.BAD,
                " differs from "
                    + result.uri()
                    + " in "
                    + Units.count(compared.differing(), "tensor")
                    + ": "
                    + String.join(", ", compared.names()));
        case Failed failure ->
            terminal.line(
                result.uri(),
                Colour.BAD,
                ": " + failure.reason() + (failure.isForAgain() ? " (to be tried again)" : ""));
        case Changed changed -> terminal.line(result.uri(), Colour.BAD, ": " + changed.reason());
        case Compared compared -> {}
        case Converted converted -> {}
        case Scanned scanned -> throw new IllegalStateException(result.uri());
      }
    });
    terminal.line(line());
    return end();
  }

  private void count(UnitResult result) {
    switch (result.outcome()) {
      case Failed failure -> {
        failed++;
        code = code.or(code(failure.kind()));
      }
      case Changed changed -> code = code.or(ExitCode.FAILED);
      case Compared compared when compared.differing() > 0 -> {
        differing++;
        code = code.or(ExitCode.DIFFERENT);
      }
      case Compared compared -> good++;
      case Converted converted -> good++;
      case Summed summed -> good++;
      case Scanned scanned -> throw new IllegalStateException(result.uri());
    }
  }

  private static ExitCode code(Failed.Kind kind) {
    return switch (kind) {
      case REFUSED, LIMIT -> ExitCode.REFUSED;
      case MALFORMED, UNSUPPORTED, EXISTS, IO, INTERNAL -> ExitCode.FAILED;
    };
  }

  private ExitCode end() {
    return results.missing() > 0 ? code.or(ExitCode.FAILED) : code;
  }

  private String line() {
    StringBuilder line = new StringBuilder(Units.count(results.size(), "file"));
    line.append(": ").append(good).append(" done");
    line.append(differing == 0 ? "" : ", " + differing + " different");
    line.append(failed == 0 ? "" : ", " + failed + " failed");
    line.append(results.changed() == 0 ? "" : ", " + results.changed() + " changed");
    return line.toString();
  }

  /** Prints the report as one JSON object. */
  public ExitCode printJson(Terminal terminal, String version) {
    Json.print(
        terminal,
        json -> {
          json.name("format").value("pt2st-results").name("version").value(1);
          json.name("tool").beginObject().name("name").value("pt2st");
          json.name("version").value(version).endObject();
          json.name("files").beginArray();
          results.each(result -> {
            count(result);
            write(json, result);
          });
          json.endArray();
          json.name("summary").beginObject();
          json.name("files").value(results.size());
          json.name("done").value(good);
          json.name("different").value(differing);
          json.name("failed").value(failed);
          json.name("to be tried again").value(results.again());
          json.name("changed").value(results.changed());
          json.name("without a result").value(results.missing());
          json.endObject();
          json.name("exit_code").value(end().code());
        });
    return end();
  }

  private static void write(JsonWriter json, UnitResult result) throws IOException {
    json.beginObject();
    json.name("file").value(result.uri());
    json.name("task").value(result.task().word());
    if (!result.target().isEmpty()) {
      json.name("target").value(result.target());
    }
    json.name("again").value(result.outcome().isForAgain());
    switch (result.outcome()) {
      case Converted converted -> {
        texts(json, "outputs", converted.files());
        json.name("tensor_count").value(converted.tensors());
        json.name("data_bytes").value(converted.bytes());
      }
      case Compared compared -> {
        json.name("same").value(compared.differing() == 0);
        json.name("tensor_count").value(compared.tensors());
        json.name("data_bytes").value(compared.bytes());
        json.name("differing").value(compared.differing());
        texts(json, "names", compared.names());
      }
      case Summed summed -> {
        json.name("sha256").value(summed.sha256());
        json.name("tensor_count").value(summed.tensors());
      }
      case Failed failure -> {
        json.name("error").value(failure.reason());
        json.name("kind").value(failure.kind().name().toLowerCase(Locale.ROOT));
      }
      case Changed changed -> {
        json.name("error").value(changed.reason());
        json.name("kind").value("changed");
      }
      case Scanned scanned -> throw new IllegalStateException(result.uri());
    }
    json.endObject();
  }

  private static void texts(JsonWriter json, String name, List<String> texts) throws IOException {
    json.name(name);
    Json.line(json, texts);
  }
}
