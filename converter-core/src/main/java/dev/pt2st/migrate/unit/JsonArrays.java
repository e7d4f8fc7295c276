package dev.pt2st.migrate.unit;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Arrays in the lines of plans and journals. */
public final class JsonArrays {
  private JsonArrays() {}

  /** Reads an element. */
  @FunctionalInterface
  public interface Read<T> {
    T from(JsonReader json) throws IOException;
  }

  /** Writes an element. */
  @FunctionalInterface
  public interface Write<T> {
    void to(JsonWriter json, T element) throws IOException;
  }

  public static <T> List<T> read(JsonReader json, Read<T> element) throws IOException {
    List<T> elements = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      elements.add(element.from(json));
    }
    json.endArray();
    return elements;
  }

  public static <T> void write(JsonWriter json, List<T> elements, Write<T> element)
      throws IOException {
    json.beginArray();
    for (T each : elements) {
      element.to(json, each);
    }
    json.endArray();
  }
}
