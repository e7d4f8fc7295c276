package dev.pt2st.cli.report.sbom;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a {@code config.json} next to a model, as written by transformers and diffusers.
 *
 * @param family {@code model_type}, such as {@code llama}; empty if it is missing
 * @param architectures the classes that it is loaded with, such as {@code LlamaForCausalLM}
 */
record ModelConfig(String family, List<String> architectures) {
  private static final ModelConfig NONE = new ModelConfig("", List.of());

  /** The maximum size: with the names of many classes such a file has some 100 KB. */
  private static final long MOST_BYTES = 1 << 22;

  private static final int MOST_ARCHITECTURES = 100;

  /** Longer than any class name; a longer text is not a name. */
  private static final int LONGEST = 1_000;

  ModelConfig {
    architectures = List.copyOf(architectures);
  }

  /** Reads a file; empty if there is none, or it is not such JSON. */
  static ModelConfig of(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      return NONE;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      return read(json);
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      return NONE;
    }
  }

  private static ModelConfig read(JsonReader json) throws IOException {
    String family = "";
    List<String> architectures = List.of();
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "model_type" -> family = json.peek() == JsonToken.STRING ? text(json) : skipped(json);
        case "architectures", "_class_name" -> architectures = texts(json);
        default -> json.skipValue();
      }
    }
    json.endObject();
    return new ModelConfig(family, architectures);
  }

  /** A text, or the texts of a list. */
  private static List<String> texts(JsonReader json) throws IOException {
    List<String> texts = new ArrayList<>();
    if (json.peek() == JsonToken.STRING) {
      add(text(json), texts);
    } else if (json.peek() == JsonToken.BEGIN_ARRAY) {
      json.beginArray();
      while (json.hasNext()) {
        if (json.peek() == JsonToken.STRING && texts.size() < MOST_ARCHITECTURES) {
          add(text(json), texts);
        } else {
          json.skipValue();
        }
      }
      json.endArray();
    } else {
      json.skipValue();
    }
    return texts;
  }

  private static void add(String text, List<String> texts) {
    if (!text.isEmpty()) {
      texts.add(text);
    }
  }

  private static String text(JsonReader json) throws IOException {
    String text = json.nextString();
    return text.length() > LONGEST ? "" : text;
  }

  private static String skipped(JsonReader json) throws IOException {
    json.skipValue();
    return "";
  }
}
