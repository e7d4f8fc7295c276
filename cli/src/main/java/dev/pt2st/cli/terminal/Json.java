package dev.pt2st.cli.terminal;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Reports as JSON: one object or an array of several, laid out to be read, with nothing in it that
 * a terminal obeys.
 */
public final class Json {
  /** Of everything that has a line of its own. */
  private static final String INDENT = "  ";

  /** Writes the members of an object. */
  @FunctionalInterface
  public interface Members {
    void writeTo(JsonWriter json) throws IOException;
  }

  private Json() {}

  /** Prints one object and a line feed, bit by bit. */
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

  /** An array of texts on a line of its own. */
  public static void line(JsonWriter json, List<String> texts) throws IOException {
    json.beginArray();
    json.setIndent("");
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
    json.setIndent(INDENT);
  }

  /** An object on a line of its own, within an array. */
  public static void line(JsonWriter json, Members members) throws IOException {
    json.beginObject();
    json.setIndent("");
    members.writeTo(json);
    json.endObject();
    json.setIndent(INDENT);
  }
}
