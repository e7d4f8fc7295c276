package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON report of a conversion or of a dry run. */
public final class ConvertJson {
  private final JsonWriter json;
  private final Path output;
  private final OutputNames names;
  private final ConversionResult outcome;
  private final Plan plan;
  private final ConvertReport.ConversionRun run;

  private ConvertJson(
      JsonWriter json,
      Path output,
      OutputNames names,
      ConversionResult outcome,
      ConvertReport.ConversionRun run) {
    this.json = json;
    this.output = output;
    this.names = names;
    this.outcome = outcome;
    this.plan = outcome.plan();
    this.run = run;
  }

  /** The report of a conversion that succeeded. */
  public static Json.Members done(
      ResourceName input,
      Path output,
      OutputNames names,
      ConversionResult outcome,
      ConvertReport.ConversionRun run) {
    return json -> new ConvertJson(json, output, names, outcome, run).write(input);
  }

  /** The report of a failure, also for a comparison that could not be made. */
  public static Json.Members failure(
      ResourceName input, @Nullable ResourceName output, Failure failure) {
    return json -> {
      json.name("input").value(input.text());
      json.name("output").value(output == null ? null : output.text());
      failure.write(json);
      json.name("refused_globals");
      writeGlobals(json, failure.globals());
      if (failure.verification() != null) {
        DifferenceReport.write(json, failure.verification());
      }
    };
  }

  private void write(ResourceName input) throws IOException {
    json.name("input").value(input.text());
    json.name("output").value(names.of(output));
    Path sidecar = run.sidecar();
    json.name("sidecar").value(sidecar == null ? null : sidecar.toString());
    Path statement = run.statement();
    json.name("statement").value(statement == null ? null : statement.toString());
    json.name("dry_run").value(run.dryRun());
    json.name("verified").value(run.verified());
    writeOptions();
    json.name("layout").value(plan.layout());
    json.name("member").value(plan.member().isEmpty() ? null : plan.member());
    writeNames("other_members", plan.otherMembers());
    writeNames("opened_bytes", plan.openedBytes());
    json.name("root").value(plan.root());
    json.name("root_rule").value(plan.rootRule().name().toLowerCase(Locale.ROOT));
    json.name("tensor_count").value(plan.tensors().size());
    json.name("file_bytes").value(plan.fileBytes());
    json.name("data_bytes").value(plan.dataBytes());
    json.name("seconds").value(run.elapsed().toMillis() / 1e3);
    writeFiles();
    writeTensors();
    writeLeftOut();
    writeTexts("dropped", plan.dropped());
    writeOverflows();
    writeHooks();
    json.name("inert_globals");
    writeGlobals(json, plan.inert());
    writeTexts("metadata", plan.metadata());
  }

  private void writeLeftOut() throws IOException {
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
  }

  /** Writes the options that {@code verify --report} reads. */
  private void writeOptions() throws IOException {
    json.name("options");
    Json.line(json, run.options());
  }

  private void writeFiles() throws IOException {
    Path index = plan.indexPath(output).orElse(null);
    json.name("index").value(index == null ? null : names.of(index));
    json.name("files").beginArray();
    List<Path> paths = plan.paths(output);
    for (int i = 0; i < paths.size(); i++) {
      json.beginObject();
      json.name("file").value(names.of(paths.get(i)));
      json.name("tensor_count").value(plan.files().get(i).tensors().size());
      json.name("file_bytes").value(plan.files().get(i).fileBytes());
      json.endObject();
    }
    json.endArray();
  }

  private void writeTensors() throws IOException {
    json.name("tensors").beginArray();
    List<Path> paths = plan.paths(output);
    for (int i = 0; i < paths.size(); i++) {
      Path shard = paths.size() > 1 ? paths.get(i).getFileName() : null;
      for (Plan.PlannedTensor tensor : plan.files().get(i).tensors()) {
        Json.line(json, line -> writeTensor(tensor, shard));
      }
    }
    json.endArray();
  }

  private void writeTensor(Plan.PlannedTensor tensor, @Nullable Path shard) throws IOException {
    json.name("name").value(tensor.info().name());
    json.name("dtype").value(tensor.info().dtype().safetensorsName());
    String before = plan.renamed().get(tensor.info().name());
    if (before != null) {
      json.name("renamed_from").value(before);
    }
    DType castFrom = tensor.data().castFrom().orElse(null);
    if (castFrom != null) {
      json.name("cast_from").value(castFrom.safetensorsName());
    }
    json.name("shape").beginArray();
    for (long size : tensor.info().shape().toArray()) {
      json.value(size);
    }
    json.endArray();
    json.name("bytes").value(tensor.info().end() - tensor.info().begin());
    if (shard != null) {
      json.name("file").value(shard.toString());
    }
  }

  /** Writes the overflows, which a dry run does not know as it reads no elements. */
  private void writeOverflows() throws IOException {
    json.name("overflows");
    if (run.dryRun()) {
      json.nullValue();
      return;
    }
    json.beginArray();
    for (Overflow overflow : outcome.overflows()) {
      json.beginObject();
      json.name("name").value(overflow.name());
      json.name("elements").value(overflow.elements());
      json.endObject();
    }
    json.endArray();
  }

  private void writeHooks() throws IOException {
    json.name("state_dict_hooks").beginArray();
    for (Plan.Hook hook : plan.hooks()) {
      json.beginObject();
      json.name("module").value(hook.module());
      json.name("hook").value(hook.hook());
      json.endObject();
    }
    json.endArray();
  }

  private void writeNames(String name, List<String> names) throws IOException {
    json.name(name).beginArray();
    for (String each : names) {
      json.value(each);
    }
    json.endArray();
  }

  private void writeTexts(String name, Map<String, String> texts) throws IOException {
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
      json.name("use").value(global.use().word());
      json.name("call").value(global.call());
      json.name("danger").value(global.danger());
      json.name("entry").value(global.place().entry());
      json.name("offset").value(global.place().offset());
      json.endObject();
    }
    json.endArray();
  }
}
