package dev.pt2st.migrate.lines;

import com.google.gson.stream.JsonReader;
import dev.pt2st.text.JsonLine;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object of JSON, as {@link JsonLine} writes one. A field that is not there is an
 * empty text, a zero, a no or an empty list. One that nobody asks for may hold anything.
 */
public final class JsonFields {
  /** Objects in arrays or fields of an object, and no more: whoever wrote deeper is not read. */
  private static final int DEEPEST = 2;

  private final Map<String, Object> values = new HashMap<>();

  private JsonFields() {}

  /**
   * The fields of a line.
   *
   * @throws IllegalArgumentException if the line is no object of JSON, or was not written to its
   *     end
   */
  public static JsonFields of(String line) {
    try (JsonReader json = new JsonReader(new StringReader(line))) {
      return object(json, 1);
    } catch (IOException | IllegalStateException e) {
      throw new IllegalArgumentException("no object of JSON: " + line, e);
    }
  }

  private static JsonFields object(JsonReader json, int depth) throws IOException {
    JsonFields fields = new JsonFields();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      fields.values.put(name, value(json, depth));
    }
    json.endObject();
    return fields;
  }

  private static Object value(JsonReader json, int depth) throws IOException {
    return switch (json.peek()) {
      case STRING -> json.nextString();
      case BOOLEAN -> json.nextBoolean();
      case NUMBER -> new WrittenNumber(json.nextString());
      case BEGIN_OBJECT -> depth < DEEPEST ? object(json, depth + 1) : other(json);
      case BEGIN_ARRAY -> depth < DEEPEST ? array(json, depth) : other(json);
      default -> other(json);
    };
  }

  private static List<Object> array(JsonReader json, int depth) throws IOException {
    List<Object> elements = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      elements.add(
          switch (json.peek()) {
            case STRING -> json.nextString();
            case BEGIN_OBJECT -> object(json, depth + 1);
            default -> other(json);
          });
    }
    json.endArray();
    return elements;
  }

  private static Object other(JsonReader json) throws IOException {
    json.skipValue();
    return new Other();
  }

  /** What nobody asks for. */
  private record Other() {}

  /** A number as it is written, which may be any. */
  private record WrittenNumber(String text) {}

  /**
   * A text.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public String text(String name) {
    return get(name, String.class, "");
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException if it is something else, or no whole number of 64 bits
   */
  public long number(String name) {
    return Long.parseLong(get(name, WrittenNumber.class, new WrittenNumber("0")).text());
  }

  /**
   * A yes or no.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public boolean flag(String name) {
    return get(name, Boolean.class, false);
  }

  /**
   * An object; null if there is none.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public @Nullable JsonFields object(String name) {
    return values.containsKey(name) ? get(name, JsonFields.class, this) : null;
  }

  /**
   * An array of objects.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public List<JsonFields> objects(String name) {
    return list(name, JsonFields.class);
  }

  /**
   * An array of texts.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public List<String> texts(String name) {
    return list(name, String.class);
  }

  private <T> List<T> list(String name, Class<T> type) {
    List<?> elements = get(name, List.class, List.of());
    return elements.stream().map(element -> as(name, type, element)).toList();
  }

  private <T> T get(String name, Class<T> type, T missing) {
    Object value = values.get(name);
    return value == null ? missing : as(name, type, value);
  }

  private static <T> T as(String name, Class<T> type, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("not of its kind: " + name);
    }
    return type.cast(value);
  }
}
