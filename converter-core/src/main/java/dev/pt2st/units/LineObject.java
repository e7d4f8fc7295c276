package dev.pt2st.units;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A JSON object that is read strictly: each member must have the expected type, occur once and be
 * known. An unknown member could be an option that changes a verdict.
 */
final class LineObject {
  /** The deepest nesting that is read; results have six levels. */
  private static final int DEEPEST = 8;

  private final Map<String, Object> members = new LinkedHashMap<>();
  private final Set<String> asked = new TreeSet<>();

  private LineObject() {}

  /** A number as it is written. */
  private record WrittenNumber(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Reads a line as an object.
   *
   * @throws IllegalArgumentException if it is not an object, with the reason
   */
  static LineObject of(String line) {
    try (JsonReader json = new JsonReader(new StringReader(line))) {
      json.setStrictness(Strictness.STRICT);
      LineObject object = object(json, 1);
      JsonToken end = json.peek(); // fails if anything follows it
      if (end != JsonToken.END_DOCUMENT) {
        throw new IllegalStateException(end.name());
      }
      return object;
    } catch (IOException | IllegalStateException e) {
      throw new IllegalArgumentException("this is not a JSON object", e);
    }
  }

  private static LineObject object(JsonReader json, int depth) throws IOException {
    LineObject object = new LineObject();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (object.members.put(name, value(json, depth)) != null) {
        throw new IllegalArgumentException("\"" + name + "\" is there twice");
      }
    }
    json.endObject();
    return object;
  }

  private static Object value(JsonReader json, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("it is nested too deeply");
    }
    return switch (json.peek()) {
      case STRING -> json.nextString();
      case BOOLEAN -> json.nextBoolean();
      case NUMBER -> new WrittenNumber(json.nextString());
      case BEGIN_OBJECT -> object(json, depth + 1);
      case BEGIN_ARRAY -> array(json, depth + 1);
      default -> throw new IllegalArgumentException("at " + json.getPath() + " is not a value");
    };
  }

  private static List<Object> array(JsonReader json, int depth) throws IOException {
    List<Object> values = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      values.add(value(json, depth));
    }
    json.endArray();
    return values;
  }

  /**
   * A text that two objects share only if they have the same members in the same order. Texts in it
   * have their length as a prefix.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    append(text, this);
    return text.toString();
  }

  private static void append(StringBuilder text, Object value) {
    switch (value) {
      case LineObject object -> {
        text.append('{');
        object.members.forEach((name, member) -> {
          append(text, name);
          append(text, member);
        });
        text.append('}');
      }
      case List<?> values -> {
        text.append('[');
        values.forEach(each -> append(text, each));
        text.append(']');
      }
      case String string -> text.append(string.length()).append(':').append(string);
      default -> text.append(value).append(' ');
    }
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  /** The names of its members; marks all of them as known. */
  List<String> names() {
    asked.addAll(members.keySet());
    return List.copyOf(members.keySet());
  }

  String text(String name) {
    return get(name, String.class);
  }

  /** An optional text. */
  String textOrEmpty(String name) {
    return has(name) ? text(name) : "";
  }

  long number(String name) {
    String text = get(name, WrittenNumber.class).text();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + name + "\" is not a whole number of 64 bits", e);
    }
  }

  /** An optional number. */
  long numberOr(String name, long other) {
    return has(name) ? number(name) : other;
  }

  /** An optional boolean, false by default. */
  boolean flag(String name) {
    return has(name) && get(name, Boolean.class);
  }

  LineObject object(String name) {
    return get(name, LineObject.class);
  }

  /** The objects in an optional array. */
  List<LineObject> objects(String name) {
    return list(name, LineObject.class);
  }

  /** The texts in an optional array. */
  List<String> texts(String name) {
    return list(name, String.class);
  }

  /**
   * Ends reading, when all members have been asked for.
   *
   * @throws IllegalArgumentException if there is another member
   */
  void end() {
    for (String name : members.keySet()) {
      if (!asked.contains(name)) {
        throw new IllegalArgumentException("nobody knows \"" + name + "\"");
      }
    }
  }

  private <T> List<T> list(String name, Class<T> type) {
    if (!has(name)) {
      return List.of();
    }
    List<T> values = new ArrayList<>();
    for (Object value : get(name, List.class)) {
      values.add(as(name, type, value));
    }
    return values;
  }

  private <T> T get(String name, Class<T> type) {
    asked.add(name);
    Object value = members.get(name);
    if (value == null) {
      throw new IllegalArgumentException("\"" + name + "\" is missing");
    }
    return as(name, type, value);
  }

  private static <T> T as(String name, Class<T> type, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("\"" + name + "\" is of another type than expected");
    }
    return type.cast(value);
  }
}
