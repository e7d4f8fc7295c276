package dev.pt2st.units;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.ResourceName;
import dev.pt2st.text.JsonLine;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes units and results as lines of JSON and reads them back. Thread-safe. One instance should
 * be used for many lines, as options that they share are only parsed once.
 */
public final class UnitLine {
  /** The most options that are cached: a plan has one or a few. */
  private static final int MOST_KEPT = 64;

  private final Map<String, UnitOptions> known = new ConcurrentHashMap<>();

  /** Writes a unit as a line without a line feed. */
  public static String of(WorkUnit unit) {
    return JsonLine.of(unit, UnitLine::write);
  }

  private static void write(JsonWriter json, WorkUnit unit) throws IOException {
    json.name("uri").value(unit.uri());
    json.name("size").value(unit.size());
    json.name("version").value(unit.version());
    json.name("task").value(unit.task().word());
    target(json, unit.target());
    json.name("weight").value(unit.weight());
    options(json, unit.options());
  }

  private static void target(JsonWriter json, String target) throws IOException {
    if (!target.isEmpty()) {
      json.name("target").value(target);
    }
  }

  private static void options(JsonWriter json, UnitOptions options) throws IOException {
    json.name("policy_sha256").value(options.policySha256());
    json.name("options").jsonValue(options.json());
  }

  /**
   * Reads the unit of a line.
   *
   * @throws IllegalArgumentException if the line is invalid, with the reason
   */
  public WorkUnit unit(String line) {
    LineObject json = LineObject.of(line);
    WorkUnit unit =
        new WorkUnit(
            json.text("uri"),
            json.number("size"),
            json.text("version"),
            UnitTask.of(json.text("task")),
            json.textOrEmpty("target"),
            options(json),
            json.number("weight"));
    json.end();
    return unit;
  }

  private UnitOptions options(LineObject json) {
    String policy = json.text("policy_sha256");
    LineObject object = json.object("options");
    // The same options have the same text, as only this program writes it.
    String text = object.toString();
    UnitOptions options = known.get(text);
    if (options == null) {
      options = OptionsJson.read(object);
      if (known.size() < MOST_KEPT) {
        known.put(text, options);
      }
    }
    if (!policy.equals(options.policySha256())) {
      throw new IllegalArgumentException(
          "\"policy_sha256\" is not that of the policy in \"options\"");
    }
    return options;
  }

  /** Writes a result as a line without a line feed. */
  public static String of(UnitResult result) {
    return JsonLine.of(result, UnitLine::write);
  }

  private static void write(JsonWriter json, UnitResult result) throws IOException {
    json.name("uri").value(result.uri());
    json.name("size").value(result.size());
    json.name("version").value(result.version());
    json.name("task").value(result.task().word());
    target(json, result.target());
    json.name("tool").value(result.tool());
    json.name("millis").value(result.took().toMillis());
    json.name("again").value(result.outcome().isForAgain());
    outcome(json, result.outcome());
    options(json, result.options());
  }

  private static void outcome(JsonWriter json, UnitOutcome outcome) throws IOException {
    switch (outcome) {
      case Scanned scanned -> {
        json.name("outcome").value("scanned").name("report");
        ReportJson.write(json, scanned.report());
      }
      case Converted converted -> {
        json.name("outcome").value("converted");
        JsonLine.texts(json.name("files"), converted.files());
        json.name("tensors").value(converted.tensors());
        json.name("bytes").value(converted.bytes());
      }
      case Compared compared -> {
        json.name("outcome").value("compared");
        json.name("tensors").value(compared.tensors());
        json.name("bytes").value(compared.bytes());
        json.name("differing").value(compared.differing());
        JsonLine.texts(json.name("names"), compared.names());
      }
      case Summed summed -> {
        json.name("outcome").value("summed");
        json.name("sha256").value(summed.sha256());
        json.name("tensors").value(summed.tensors());
      }
      case Changed changed ->
          json.name("outcome").value("changed").name("reason").value(changed.reason());
      case Failed failed -> {
        json.name("outcome").value("failed");
        json.name("kind").value(failed.kind().name().toLowerCase(Locale.ROOT));
        json.name("reason").value(failed.reason());
      }
    }
  }

  /**
   * Reads the result of a line.
   *
   * @throws IllegalArgumentException if the line is invalid, with the reason
   */
  public UnitResult result(String line) {
    LineObject json = LineObject.of(line);
    String uri = json.text("uri");
    UnitTask task = UnitTask.of(json.text("task"));
    UnitResult result =
        new UnitResult(
            uri,
            json.number("size"),
            json.text("version"),
            task,
            json.textOrEmpty("target"),
            options(json),
            json.text("tool"),
            Duration.ofMillis(json.number("millis")),
            outcome(json, uri));
    boolean again = json.flag("again");
    json.end();
    check(result, again);
    return result;
  }

  private static void check(UnitResult result, boolean again) {
    if (again != result.outcome().isForAgain()) {
      throw new IllegalArgumentException("\"again\" does not fit the outcome");
    }
    boolean fits =
        switch (result.outcome()) {
          case Scanned scanned -> result.task() == UnitTask.SCAN;
          case Converted converted -> result.task() == UnitTask.CONVERT;
          case Compared compared -> result.task() == UnitTask.VERIFY;
          case Summed summed -> result.task() == UnitTask.CHECKSUM;
          case Changed changed -> true;
          case Failed failed -> true;
        };
    if (!fits) {
      throw new IllegalArgumentException("the outcome does not fit the task");
    }
  }

  private static UnitOutcome outcome(LineObject json, String uri) {
    return switch (json.text("outcome")) {
      case "scanned" -> new Scanned(ReportJson.read(new ResourceName(uri), json.object("report")));
      case "converted" ->
          new Converted(json.texts("files"), json.number("tensors"), json.number("bytes"));
      case "compared" ->
          new Compared(
              json.number("tensors"),
              json.number("bytes"),
              json.number("differing"),
              json.texts("names"));
      case "summed" -> new Summed(json.text("sha256"), json.number("tensors"));
      case "changed" -> new Changed(json.text("reason"));
      case "failed" -> new Failed(kind(json.text("kind")), json.text("reason"));
      default -> throw new IllegalArgumentException("this outcome is unknown");
    };
  }

  private static Failed.Kind kind(String word) {
    for (Failed.Kind kind : Failed.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("this kind of failure is unknown");
  }
}
