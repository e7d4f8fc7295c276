package dev.pt2st.migrate.unit;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A unit as a line of JSON, and back: so a plan can be kept, sent, and carried out elsewhere. */
public final class UnitJson {
  private UnitJson() {}

  /** A line, without a line feed. */
  public static String write(MigrationUnit unit) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.beginObject();
      json.name("kind").value(unit.kind().name());
      json.name("action").value(unit.action().name());
      json.name("reason").value(unit.reason());
      JsonArrays.write(json.name("files"), unit.files(), UnitJson::write);
      if (unit.index() != null) {
        json.name("index");
        write(json, unit.index());
      }
      json.endObject();
    } catch (IOException e) {
      throw new AssertionError(e); // there is no file
    }
    return text.toString();
  }

  private static void write(JsonWriter json, Item item) throws IOException {
    json.beginObject();
    json.name("source").value(item.source());
    json.name("bytes").value(item.bytes());
    json.name("modified").value(item.modified());
    json.name("target").value(item.target());
    json.name("leads_to").value(item.leadsTo());
    json.endObject();
  }

  /**
   * The unit of a line.
   *
   * @throws IllegalArgumentException if the line is none that {@link #write} gives
   */
  public static MigrationUnit read(String line) {
    try (JsonReader json = new JsonReader(new StringReader(line))) {
      MigrationUnit.Kind kind = null;
      MigrationUnit.Action action = null;
      String reason = "";
      List<Item> files = List.of();
      Item index = null;
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "kind" -> kind = MigrationUnit.Kind.valueOf(json.nextString());
          case "action" -> action = MigrationUnit.Action.valueOf(json.nextString());
          case "reason" -> reason = json.nextString();
          case "index" -> index = item(json);
          case "files" -> files = JsonArrays.read(json, UnitJson::item);
          default -> json.skipValue();
        }
      }
      json.endObject();
      return new MigrationUnit(known(kind), files, index, known(action), reason);
    } catch (IOException | IllegalStateException e) {
      throw new IllegalArgumentException("no unit: " + line, e);
    }
  }

  private static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("something is missing");
    }
    return value;
  }

  private static Item item(JsonReader json) throws IOException {
    String source = "";
    long bytes = 0;
    long modified = 0;
    String target = "";
    String leadsTo = "";
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "source" -> source = json.nextString();
        case "bytes" -> bytes = json.nextLong();
        case "modified" -> modified = json.nextLong();
        case "target" -> target = json.nextString();
        case "leads_to" -> leadsTo = json.nextString();
        default -> json.skipValue();
      }
    }
    json.endObject();
    return new Item(source, bytes, modified, target, leadsTo);
  }
}
