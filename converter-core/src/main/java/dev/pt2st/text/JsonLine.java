package dev.pt2st.text;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** Writes a JSON object as one line. */
public final class JsonLine {
  private JsonLine() {}

  /** Writes a value. */
  @FunctionalInterface
  public interface Write<T> {
    void to(JsonWriter json, T value) throws IOException;
  }

  /** The object whose fields a function writes, as one line without a line feed. */
  public static <T> String of(T value, Write<T> fields) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      object(json, value, fields);
    } catch (IOException e) {
      throw new AssertionError(e); // it writes to memory
    }
    return text.toString();
  }

  /** Writes an object. */
  public static <T> void object(JsonWriter json, T value, Write<T> fields) throws IOException {
    json.beginObject();
    fields.to(json, value);
    json.endObject();
  }

  /** Writes an array of objects. */
  public static <T> void objects(JsonWriter json, List<T> values, Write<T> fields)
      throws IOException {
    json.beginArray();
    for (T value : values) {
      object(json, value, fields);
    }
    json.endArray();
  }

  /** Writes an array of strings. */
  public static void texts(JsonWriter json, List<String> texts) throws IOException {
    json.beginArray();
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
  }
}
