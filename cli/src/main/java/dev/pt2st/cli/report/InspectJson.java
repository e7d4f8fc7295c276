package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.inspect.Fact;
import dev.pt2st.inspect.GlobalSummary;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.ModuleTree;
import dev.pt2st.inspect.TensorSummary;
import dev.pt2st.inspect.ValueSummary;
import dev.pt2st.tensor.Shape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The content of a file as JSON, as docs/inspect.md describes. */
public final class InspectJson {
  private final JsonWriter json;

  private InspectJson(JsonWriter json) {
    this.json = json;
  }

  /**
   * Prints the whole object.
   *
   * @param levels how many levels of modules below the top are added; negative for no modules at
   *     all
   */
  public static void print(Terminal terminal, Inspection found, int levels) {
    Json.print(terminal, json -> new InspectJson(json).write(found, levels));
  }

  /** Prints why the file cannot be inspected. */
  public static void print(Terminal terminal, ResourceName input, Failure failure) {
    Json.print(
        terminal,
        json -> {
          json.name("file").value(input.text());
          json.name("problem");
          writeProblem(json, failure);
        });
  }

  static void writeProblem(JsonWriter json, Failure failure) throws IOException {
    json.beginObject();
    failure.write(json);
    json.endObject();
  }

  private void write(Inspection found, int levels) throws IOException {
    json.name("file").value(found.file().text());
    json.name("layout").value(found.layout());
    json.name("file_bytes").value(found.fileBytes());
    json.name("problem");
    CheckpointException problem = found.problem();
    if (problem == null) {
      json.nullValue();
    } else {
      writeProblem(json, Failure.of(problem));
    }
    json.name("facts").beginObject();
    for (Fact fact : found.facts()) {
      json.name(fact.name().replace(' ', '_')).value(fact.value());
    }
    json.endObject();
    json.name("metadata").beginObject();
    for (Map.Entry<String, String> text : found.metadata().entrySet()) {
      json.name(text.getKey()).value(text.getValue());
    }
    json.endObject();
    writeRoots(found);
    json.name("tensor_count").value(found.tensors().size());
    json.name("unnamed_tensors").value(found.unnamed());
    json.name("memory_bytes").value(found.memoryBytes());
    json.name("tensors").beginArray();
    for (TensorSummary tensor : found.tensors()) {
      Json.line(json, line -> writeTensor(tensor));
    }
    json.endArray();
    json.name("dtypes").beginArray();
    for (DTypeTotal total : found.totals()) {
      Json.line(
          json,
          line -> {
            line.name("dtype").value(nullIfEmpty(total.dtype()));
            line.name("tensors").value(total.tensors());
            line.name("elements").value(total.elements());
            line.name("bytes").value(total.bytes());
          });
    }
    json.endArray();
    writeValues(found);
    writeGlobals(found);
    if (levels >= 0) {
      writeModules(ModuleTree.of(found.tensors()), levels);
    }
  }

  private void writeRoots(Inspection found) throws IOException {
    json.name("roots").beginArray();
    for (RootPart root : found.roots()) {
      Json.line(
          json,
          line -> {
            line.name("path").value(root.path());
            line.name("automatic").value(root.automatic());
            line.name("tensors").value(root.tensors());
            line.name("bytes").value(root.bytes());
          });
    }
    json.endArray();
  }

  private void writeTensor(TensorSummary tensor) throws IOException {
    json.name("name").value(tensor.name());
    json.name("dtype").value(nullIfEmpty(tensor.dtypeName()));
    json.name("shape");
    writeNumbers(tensor.shape());
    json.name("bytes").value(tensor.bytes());
    if (tensor.strides() != null) {
      json.name("strides");
      writeNumbers(tensor.strides());
    }
    writeUnlessEmpty("kind", tensor.kind());
    writeUnlessEmpty("shared_with", tensor.sharedWith());
    writeUnlessEmpty("remark", tensor.remark());
    writeUnlessEmpty("file", tensor.file());
  }

  private void writeUnlessEmpty(String name, String value) throws IOException {
    if (!value.isEmpty()) {
      json.name(name).value(value);
    }
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private void writeNumbers(@Nullable Shape shape) throws IOException {
    if (shape == null) {
      json.nullValue();
      return;
    }
    json.beginArray();
    for (int i = 0; i < shape.rank(); i++) {
      json.value(shape.get(i));
    }
    json.endArray();
  }

  private void writeValues(Inspection found) throws IOException {
    json.name("values").beginArray();
    for (ValueSummary value : found.values()) {
      Json.line(
          json,
          line -> {
            line.name("name").value(value.name());
            line.name("kind").value(value.kind());
            line.name("text").value(value.text());
          });
    }
    json.endArray();
    json.name("more_values").value(found.moreValues());
  }

  private void writeGlobals(Inspection found) throws IOException {
    json.name("globals").beginArray();
    for (GlobalSummary global : found.globals()) {
      Json.line(
          json,
          line -> {
            line.name("name").value(global.name().toString());
            line.name("written").value(global.written().toString());
            line.name("standing").value(InspectReport.lower(global.standing()));
            line.name("use").value(InspectReport.lower(global.use()));
            line.name("entry").value(global.place().entry());
            line.name("offset").value(global.place().offset());
          });
    }
    json.endArray();
  }

  private record Module(String name, ModuleTree tree, int level) {}

  /** Writes every module, depth first, each after its parent. */
  private void writeModules(ModuleTree top, int levels) throws IOException {
    json.name("modules").beginArray();
    Deque<Module> open = new ArrayDeque<>();
    open.push(new Module("", top, 0));
    while (!open.isEmpty()) {
      Module module = open.pop();
      Json.line(
          json,
          line -> {
            line.name("name").value(module.name);
            line.name("tensors").value(module.tree.tensors());
            line.name("parameters").value(module.tree.elements());
            line.name("bytes").value(module.tree.bytes());
          });
      if (module.level < levels) {
        module.tree.children().stream()
            .filter(ModuleTree::isModule)
            .toList()
            .reversed()
            .forEach(child ->
                open.push(
                    new Module(
                        module.name.isEmpty() ? child.name() : module.name + "." + child.name(),
                        child,
                        module.level + 1)));
      }
    }
    json.endArray();
  }
}
