package dev.pt2st.cli.terminal;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Prints reports as JSON: one object or an array of objects, indented, and without anything that
 * controls a terminal.
 */
public final class Json {
  /** The indentation of each level. */
  private static final String INDENT = "  ";

  /** Writes the members of an object. */
  @FunctionalInterface
  public interface Members {
    void writeTo(JsonWriter json) throws IOException;
  }

  private Json() {}

  /** Prints one object and a line feed, incrementally. */
  public static void print(Terminal terminal, Members members) {
    try {
      JsonWriter json = writer(terminal);
      json.beginObject();
      members.writeTo(json);
      json.endObject();
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    terminal.raw("\n");
  }

  private static JsonWriter writer(Terminal terminal) {
    // Closing it would close stdout.
    JsonWriter json = new JsonWriter(new PrintableJson(terminal.outWriter()));
    json.setHtmlSafe(false);
    json.setIndent(INDENT);
    return json;
  }

  /** An array of objects that are printed as they come; closing it ends the array. */
  public static final class Objects implements AutoCloseable {
    private final Terminal terminal;
    private final JsonWriter json;

    public Objects(Terminal terminal) throws IOException {
      this.terminal = terminal;
      this.json = writer(terminal);
      json.beginArray();
    }

    /** Prints the next object. */
    public void add(Members members) throws IOException {
      json.beginObject();
      members.writeTo(json);
      json.endObject();
      json.flush();
    }

    @Override
    public void close() throws IOException {
      json.endArray();
      json.flush();
      terminal.raw("\n");
    }
  }

  /** Writes an array of texts on one line. */
  public static void line(JsonWriter json, List<String> texts) throws IOException {
    json.beginArray();
    json.setIndent("");
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
    json.setIndent(INDENT);
  }

  /** Writes an object on one line, within an array. */
  public static void line(JsonWriter json, Members members) throws IOException {
    json.beginObject();
    json.setIndent("");
    members.writeTo(json);
    json.endObject();
    json.setIndent(INDENT);
  }
}
