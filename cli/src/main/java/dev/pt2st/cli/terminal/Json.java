package dev.pt2st.cli.terminal;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Reports as JSON: one object, laid out to be read, with nothing in it that a terminal obeys. */
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
    // Closing it would close stdout.
    JsonWriter json = new JsonWriter(new PrintableJson(terminal.outWriter()));
    try {
      json.setHtmlSafe(false);
      json.setIndent(INDENT);
      json.beginObject();
      members.writeTo(json);
      json.endObject();
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    terminal.raw("\n");
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
