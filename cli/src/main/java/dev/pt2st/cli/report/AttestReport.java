package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.attest.FieldDifference;
import dev.pt2st.attest.StatementResult;
import dev.pt2st.attest.StatementResult.Signature;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The result of checking a statement.
 *
 * @param withoutSource whether only the output was available
 */
public record AttestReport(
    Path statement, Path output, boolean withoutSource, StatementResult result) {
  /** How many differences are shown. */
  private static final int SHOWN = 20;

  private static final int LONGEST = 100;

  /** The checks that passed, as text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        output
            + ": as "
            + statement
            + " says, "
            + Units.count(result.tensors(), "tensor")
            + " in "
            + Units.count(result.files(), "file"));
    lines.add(
        withoutSource
            ? "without the source: only the output was checked, and not what it was made from"
            : "derived again from the source: every field but those below");
    lines.add("not checked: " + String.join(", ", result.unchecked()));
    lines.add(
        "signature: "
            + switch (result.signature()) {
              case NONE -> "none";
              case UNCHECKED -> "not checked; name its key with --key";
              case GOOD -> "good, by the given key";
              case BAD -> "not by the given key";
            });
    return lines;
  }

  /** The checks that failed, as text. */
  public List<String> problems() {
    List<String> lines = new ArrayList<>();
    lines.add("pt2st: " + output + ": not as " + statement + " says");
    if (result.signature() == Signature.BAD) {
      lines.add("  the statement is not signed with the given key");
    }
    List<FieldDifference> differences = result.differences();
    for (FieldDifference difference : differences.subList(0, Math.min(SHOWN, differences.size()))) {
      lines.add(
          "  "
              + difference.field()
              + ": the statement says "
              + shown(difference.claimed())
              + ", the files give "
              + shown(difference.found()));
    }
    if (differences.size() > SHOWN) {
      lines.add("  and " + (differences.size() - SHOWN) + " more");
    }
    return lines;
  }

  private static String shown(String value) {
    return value.isEmpty()
        ? "nothing"
        : value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
  }

  /** The whole result as JSON. */
  public void write(JsonWriter json) throws IOException {
    json.name("statement").value(statement.toString());
    json.name("output").value(output.toString());
    json.name("holds").value(result.holds());
    json.name("without_source").value(withoutSource);
    json.name("signature").value(result.signature().name().toLowerCase(Locale.ROOT));
    json.name("not_checked");
    Json.line(json, result.unchecked());
    json.name("differences").beginArray();
    for (FieldDifference difference : result.differences()) {
      json.beginObject();
      json.name("field").value(difference.field());
      json.name("claimed").value(difference.claimed());
      json.name("found").value(difference.found());
      json.endObject();
    }
    json.endArray();
  }
}
