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
 * The fields of a JSON object, as {@link JsonLine} writes one. A missing field is an empty text,
 * zero, false or an empty list. A field that is never asked for may hold anything.
 */
public final class JsonFields {
  /** The deepest nesting that is read: objects in arrays or fields of an object. */
  private static final int DEEPEST = 2;

  private final Map<String, Object> values = new HashMap<>();

  private JsonFields() {}

  /**
   * Reads the fields of a line.
   *
   * @throws IllegalArgumentException if the line is not a JSON object, or is truncated
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

  /** The value of a field that is not read. */
  private record Other() {}

  /** A number as it is written, of any size and form. */
  private record WrittenNumber(String text) {}

  /**
   * A text.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public String text(String name) {
    return get(name, String.class, "");
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException if it is of another type or does not fit 64 bits
   */
  public long number(String name) {
    return Long.parseLong(get(name, WrittenNumber.class, new WrittenNumber("0")).text());
  }

  /**
   * A boolean.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public boolean flag(String name) {
    return get(name, Boolean.class, false);
  }

  /**
   * An object; null if there is none.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public @Nullable JsonFields object(String name) {
    return values.containsKey(name) ? get(name, JsonFields.class, this) : null;
  }

  /**
   * An array of objects.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public List<JsonFields> objects(String name) {
    return list(name, JsonFields.class);
  }

  /**
   * An array of texts.
   *
   * @throws IllegalArgumentException if it is of another type
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
