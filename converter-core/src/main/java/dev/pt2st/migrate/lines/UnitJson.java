package dev.pt2st.migrate.lines;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.text.JsonLine;
import java.io.IOException;

/**
 * Writes a unit as a line of JSON and reads it back, so that a plan can be stored, sent, and
 * carried out elsewhere.
 */
public final class UnitJson {
  private UnitJson() {}

  /** Writes a unit as a line without a line feed. */
  public static String write(MigrationUnit unit) {
    return JsonLine.of(unit, UnitJson::write);
  }

  private static void write(JsonWriter json, MigrationUnit unit) throws IOException {
    json.name("kind").value(unit.kind().name());
    json.name("action").value(unit.action().name());
    json.name("reason").value(unit.reason());
    JsonLine.objects(json.name("files"), unit.files(), UnitJson::write);
    if (unit.index() != null) {
      JsonLine.object(json.name("index"), unit.index(), UnitJson::write);
    }
  }

  private static void write(JsonWriter json, Item item) throws IOException {
    json.name("source").value(item.source());
    json.name("bytes").value(item.bytes());
    json.name("modified").value(item.modified());
    json.name("target").value(item.target());
    json.name("leads_to").value(item.leadsTo());
  }

  /**
   * Reads the unit of a line.
   *
   * @throws IllegalArgumentException if {@link #write} did not write the line
   */
  public static MigrationUnit read(String line) {
    JsonFields fields = JsonFields.of(line);
    JsonFields index = fields.object("index");
    return new MigrationUnit(
        MigrationUnit.Kind.valueOf(fields.text("kind")),
        fields.objects("files").stream().map(UnitJson::item).toList(),
        index == null ? null : item(index),
        MigrationUnit.Action.valueOf(fields.text("action")),
        fields.text("reason"));
  }

  private static Item item(JsonFields fields) {
    return new Item(
        fields.text("source"),
        fields.number("bytes"),
        fields.number("modified"),
        fields.text("target"),
        fields.text("leads_to"));
  }
}
