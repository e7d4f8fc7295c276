package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.cli.Table.Column;
import dev.pt2st.convert.LeftOut;
import dev.pt2st.convert.Outcome;
import dev.pt2st.convert.Overflow;
import dev.pt2st.convert.Plan;
import dev.pt2st.convert.TensorData;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a conversion did, or would do, for people and for programs. */
final class ConvertReport {
  private static final int MOST_NAMES = 12;
  private static final String INDENT = "  ";

  private final Path input;
  private final Path output;
  private final Plan plan;
  private final List<Overflow> overflows;
  private final Duration elapsed;
  private final boolean dryRun;
  private final boolean verified;
  private final @Nullable Path sidecar;
  private final List<String> options;

  /**
   * How a conversion was made.
   *
   * @param dryRun whether nothing was written
   * @param verified whether what was written was compared with the checkpoint
   * @param sidecar where everything but the tensors went; null if nowhere
   * @param options those that say what was taken of the checkpoint
   */
  record Manner(
      Duration elapsed,
      boolean dryRun,
      boolean verified,
      @Nullable Path sidecar,
      List<String> options) {}

  ConvertReport(Path input, Path output, Outcome outcome, Manner manner) {
    this.input = input;
    this.output = output;
    this.plan = outcome.plan();
    this.overflows = outcome.overflows();
    this.elapsed = manner.elapsed;
    this.dryRun = manner.dryRun;
    this.verified = manner.verified;
    this.sidecar = manner.sidecar;
    this.options = manner.options;
  }

  /** Two or three lines. */
  List<String> summary() {
    List<String> lines = new ArrayList<>();
    double seconds = Math.max(1e-3, elapsed.toNanos() / 1e9);
    int files = plan.files().size();
    String size =
        Units.count(plan.tensors().size(), "tensor")
            + (files == 1 ? "" : " in " + files + " shards")
            + ", "
            + Units.bytes((double) plan.fileBytes());
    Path named = plan.indexPath(output).orElse(output);
    lines.add(
        dryRun
            ? named + ": would hold " + size
            : named
                + ": "
                + size
                + " in "
                + Units.seconds(elapsed)
                + " ("
                + Units.bytes(plan.fileBytes() / seconds)
                + "/s)");
    if (verified) {
      lines.add("verified: read back, every element is that of the checkpoint");
    }
    if (sidecar != null) {
      lines.add((dryRun ? "sidecar, not written: " : "sidecar: ") + sidecar);
    }
    if (!plan.root().isEmpty()) {
      lines.add("root: " + plan.root());
    }
    addLeftOut(lines);
    if (!plan.renamed().isEmpty()) {
      Map.Entry<String, String> first = plan.renamed().entrySet().iterator().next();
      lines.add(
          "renamed: "
              + Units.count(plan.renamed().size(), "tensor")
              + ", such as "
              + first.getValue()
              + " to "
              + first.getKey());
    }
    addCast(lines);
    if (!plan.skipped().isEmpty()) {
      lines.add(
          "skipped, as safetensors cannot hold them: "
              + some(plan.skipped().stream().map(s -> s.name() + " (" + s.why() + ")").toList()));
    }
    if (!plan.dropped().isEmpty()) {
      lines.add(
          "dropped, as another tensor shares their storage: "
              + some(
                  plan.dropped().entrySet().stream()
                      .map(entry -> entry.getKey() + " (see " + entry.getValue() + ")")
                      .toList()));
    }
    if (!plan.inert().isEmpty()) {
      lines.add(
          "not on the allowlist, kept as inert records: "
              + some(plan.inert().stream().map(RefusedGlobal::name).toList()));
    }
    return lines;
  }

  private void addCast(List<String> lines) {
    List<TensorData.Cast> casts = casts();
    if (!casts.isEmpty()) {
      String tensors = Units.count(casts.size(), "tensor");
      lines.add("cast to " + casts.getFirst().dtype() + ": " + tensors);
    }
    if (!overflows.isEmpty()) {
      lines.add(
          "too large for it and now infinite: "
              + Units.count(overflowElements(), "element")
              + " in "
              + Units.count(overflows.size(), "tensor")
              + ": "
              + some(overflows.stream().map(o -> o.name() + " (" + o.elements() + ")").toList()));
    }
  }

  private List<TensorData.Cast> casts() {
    return plan.tensors().stream()
        .map(Plan.PlannedTensor::data)
        .filter(TensorData.Cast.class::isInstance)
        .map(TensorData.Cast.class::cast)
        .toList();
  }

  private long overflowElements() {
    return overflows.stream().mapToLong(Overflow::elements).sum();
  }

  private void addLeftOut(List<String> lines) {
    List<String> tensors = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<LeftOut> byName = plan.leftOut().stream().filter(LeftOut::byName).toList();
    for (LeftOut part : plan.leftOut()) {
      if (part.byName()) {
        continue;
      }
      if (part.tensors() == 0) {
        others.add(part.key());
      } else {
        String count = Units.count(part.tensors(), "tensor");
        tensors.add(part.key() + " (" + count + ", " + Units.bytes((double) part.bytes()) + ")");
      }
    }
    if (!tensors.isEmpty() || !others.isEmpty()) {
      lines.add(
          "left out"
              + (tensors.isEmpty() ? ", " : ": " + some(tensors))
              + (tensors.isEmpty() || others.isEmpty() ? "" : "; ")
              + (others.isEmpty() ? "" : "without tensors: " + some(others)));
    }
    if (!byName.isEmpty()) {
      lines.add(
          "left out by name: "
              + Units.count(byName.size(), "tensor")
              + ", "
              + Units.bytes((double) byName.stream().mapToLong(LeftOut::bytes).sum())
              + ": "
              + some(byName.stream().map(LeftOut::key).toList()));
    }
  }

  private static String some(List<String> words) {
    String text = words.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return words.size() > MOST_NAMES
        ? text + " and " + (words.size() - MOST_NAMES) + " more"
        : text;
  }

  /** The plan as a table: every tensor that would be written. */
  List<String> table(int width) {
    // The last column stays away where there is one file.
    Table table =
        plan.files().size() == 1
            ? new Table(Column.NAME, Column.NAME, Column.NAME, Column.NUMBER)
            : new Table(Column.NAME, Column.NAME, Column.NAME, Column.NUMBER, Column.NUMBER);
    table.add("tensor", "dtype", "shape", "bytes", "shard");
    for (int i = 0; i < plan.files().size(); i++) {
      for (Plan.PlannedTensor tensor : plan.files().get(i).tensors()) {
        table.add(
            tensor.info().name(),
            dtype(tensor),
            tensor.info().shape().toString(),
            String.valueOf(tensor.info().end() - tensor.info().begin()),
            String.valueOf(i + 1));
      }
    }
    return table.lines(width);
  }

  private static String dtype(Plan.PlannedTensor tensor) {
    String name = String.valueOf(tensor.info().dtype().safetensorsName());
    return tensor.data() instanceof TensorData.Cast cast
        ? name + " from " + cast.source().dtype().safetensorsName()
        : name;
  }

  /** One JSON object. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.setIndent(INDENT);
      json.beginObject();
      json.name("input").value(input.toString());
      json.name("output").value(output.toString());
      json.name("sidecar").value(sidecar == null ? null : sidecar.toString());
      json.name("dry_run").value(dryRun);
      json.name("verified").value(verified);
      writeOptions(json);
      json.name("layout").value(plan.layout());
      json.name("root").value(plan.root());
      json.name("tensor_count").value(plan.tensors().size());
      json.name("file_bytes").value(plan.fileBytes());
      json.name("data_bytes").value(plan.dataBytes());
      json.name("seconds").value(elapsed.toMillis() / 1e3);
      writeFiles(json);
      writeTensors(json);
      json.name("left_out").beginArray();
      for (LeftOut part : plan.leftOut()) {
        json.beginObject();
        json.name("key").value(part.key());
        json.name("tensors").value(part.tensors());
        json.name("bytes").value(part.bytes());
        json.name("by_name").value(part.byName());
        json.endObject();
      }
      json.endArray();
      json.name("skipped").beginArray();
      for (Plan.Skipped tensor : plan.skipped()) {
        json.beginObject();
        json.name("name").value(tensor.name());
        json.name("why").value(tensor.why());
        json.endObject();
      }
      json.endArray();
      writeTexts(json, "dropped", plan.dropped());
      writeOverflows(json);
      json.name("inert_globals");
      writeGlobals(json, plan.inert());
      writeTexts(json, "metadata", plan.metadata());
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return printable(text.toString());
  }

  /** What {@code verify --report} reads. */
  private void writeOptions(JsonWriter json) throws IOException {
    json.name("options").beginArray();
    json.setIndent("");
    for (String option : options) {
      json.value(option);
    }
    json.endArray();
    json.setIndent(INDENT);
  }

  private void writeFiles(JsonWriter json) throws IOException {
    Path index = plan.indexPath(output).orElse(null);
    json.name("index").value(index == null ? null : index.toString());
    json.name("files").beginArray();
    List<Path> paths = plan.paths(output);
    for (int i = 0; i < paths.size(); i++) {
      json.beginObject();
      json.name("file").value(paths.get(i).toString());
      json.name("tensor_count").value(plan.files().get(i).tensors().size());
      json.name("file_bytes").value(plan.files().get(i).fileBytes());
      json.endObject();
    }
    json.endArray();
  }

  private void writeTensors(JsonWriter json) throws IOException {
    json.name("tensors").beginArray();
    List<Path> paths = plan.paths(output);
    for (int i = 0; i < paths.size(); i++) {
      for (Plan.PlannedTensor tensor : plan.files().get(i).tensors()) {
        json.beginObject();
        json.setIndent(""); // a line for each tensor
        json.name("name").value(tensor.info().name());
        json.name("dtype").value(tensor.info().dtype().safetensorsName());
        String before = plan.renamed().get(tensor.info().name());
        if (before != null) {
          json.name("renamed_from").value(before);
        }
        if (tensor.data() instanceof TensorData.Cast cast) {
          json.name("cast_from").value(cast.source().dtype().safetensorsName());
        }
        json.name("shape").beginArray();
        for (long size : tensor.info().shape().toArray()) {
          json.value(size);
        }
        json.endArray();
        json.name("bytes").value(tensor.info().end() - tensor.info().begin());
        if (paths.size() > 1) {
          json.name("file").value(String.valueOf(paths.get(i).getFileName()));
        }
        json.endObject();
        json.setIndent(INDENT);
      }
    }
    json.endArray();
  }

  /** A dry run, which looks at no element, does not know. */
  private void writeOverflows(JsonWriter json) throws IOException {
    json.name("overflows");
    if (dryRun) {
      json.nullValue();
      return;
    }
    json.beginArray();
    for (Overflow overflow : overflows) {
      json.beginObject();
      json.name("name").value(overflow.name());
      json.name("elements").value(overflow.elements());
      json.endObject();
    }
    json.endArray();
  }

  private static void writeTexts(JsonWriter json, String name, Map<String, String> texts)
      throws IOException {
    json.name(name).beginObject();
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      json.name(entry.getKey()).value(entry.getValue());
    }
    json.endObject();
  }

  private static void writeGlobals(JsonWriter json, List<RefusedGlobal> globals)
      throws IOException {
    json.beginArray();
    for (RefusedGlobal global : globals) {
      json.beginObject();
      json.name("name").value(global.name());
      json.name("written").value(global.written());
      json.name("use").value(global.use());
      json.name("entry").value(global.place().entry());
      json.name("offset").value(global.place().offset());
      json.endObject();
    }
    json.endArray();
  }

  /** A failure as one JSON object. */
  static String json(Path input, Path output, Failure failure) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.setIndent(INDENT);
      json.beginObject();
      json.name("input").value(input.toString());
      json.name("output").value(output.toString());
      json.name("error").value(failure.message());
      json.name("exit_code").value(failure.code().code());
      json.name("refused_globals");
      writeGlobals(json, failure.globals());
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return printable(text.toString());
  }

  /** JSON lets through characters that a terminal obeys; as escapes they say the same. */
  private static String printable(String json) {
    StringBuilder text = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      int type = Character.getType(c);
      boolean harmless =
          c == '\n' || (type != Character.CONTROL && type != Character.FORMAT && !isLone(json, i));
      if (harmless) {
        text.append(c);
      } else {
        text.append(String.format("\\u%04x", (int) c));
      }
    }
    return text.append('\n').toString();
  }

  private static boolean isLone(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    return Character.isLowSurrogate(c)
        && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
  }
}
