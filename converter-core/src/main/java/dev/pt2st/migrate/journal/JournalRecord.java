package dev.pt2st.migrate.journal;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.migrate.lines.JsonFields;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.text.JsonLine;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of a unit in a journal, as plain data: a line of JSON.
 *
 * @param root the source tree, as {@link RunHistory#root} gives it; empty if unknown, as in records
 *     of older versions
 * @param unit its name
 * @param files each source with its target
 * @param verdict the result
 * @param reason why it was not converted; empty if it was
 * @param options of the conversion, as on a command line
 * @param verified whether the outputs were compared with the sources
 * @param durable whether the outputs were on the disk when the record was written
 * @param boot identifies the boot of the system at that time; empty if unknown
 */
public record JournalRecord(
    String root,
    String unit,
    List<Done> files,
    UnitResult.Verdict verdict,
    String reason,
    List<String> options,
    boolean verified,
    boolean durable,
    String boot) {
  private static final String DONE = "unit";

  /**
   * A source and its output.
   *
   * @param bytes the size of the source in bytes
   * @param modified the time of its last change, in nanoseconds since 1970
   * @param digest of the source, such as {@code sha256:} and its hexadecimal digits; empty if it
   *     was not read to its end
   * @param target the output; empty if there is none
   * @param targetBytes the size of the target in bytes
   */
  public record Done(
      String source, long bytes, long modified, String digest, String target, long targetBytes) {}

  public JournalRecord {
    files = List.copyOf(files);
    options = List.copyOf(options);
  }

  /** Whether there is an output that matches its source. */
  public boolean isDone() {
    return verdict == UnitResult.Verdict.CONVERTED || verdict == UnitResult.Verdict.ALREADY_THERE;
  }

  /** The output of a source; null if it is not a source of this unit. */
  public @Nullable Done of(String source) {
    return files.stream().filter(file -> file.source.equals(source)).findFirst().orElse(null);
  }

  /** The record as a line, without a line feed. */
  String line() {
    return JsonLine.of(this, JournalRecord::write);
  }

  private static void write(JsonWriter json, JournalRecord record) throws IOException {
    json.name("record").value(DONE);
    json.name("root").value(record.root);
    json.name("unit").value(record.unit);
    json.name("verdict").value(record.verdict.name());
    json.name("reason").value(record.reason);
    JsonLine.objects(json.name("files"), record.files, JournalRecord::write);
    JsonLine.texts(json.name("options"), record.options);
    json.name("verified").value(record.verified);
    json.name("durable").value(record.durable);
    json.name("boot").value(record.boot);
  }

  private static void write(JsonWriter json, Done file) throws IOException {
    json.name("source").value(file.source);
    json.name("bytes").value(file.bytes);
    json.name("modified").value(file.modified);
    json.name("digest").value(file.digest);
    json.name("target").value(file.target);
    json.name("target_bytes").value(file.targetBytes);
  }

  /** The record of a line; null if the line is of another type or truncated. */
  static @Nullable JournalRecord read(String line) {
    try {
      JsonFields fields = JsonFields.of(line);
      return fields.text("record").equals(DONE) ? of(fields) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static JournalRecord of(JsonFields fields) {
    return new JournalRecord(
        fields.text("root"),
        fields.text("unit"),
        fields.objects("files").stream().map(JournalRecord::done).toList(),
        UnitResult.Verdict.valueOf(fields.text("verdict")),
        fields.text("reason"),
        fields.texts("options"),
        fields.flag("verified"),
        fields.flag("durable"),
        fields.text("boot"));
  }

  private static Done done(JsonFields fields) {
    return new Done(
        fields.text("source"),
        fields.number("bytes"),
        fields.number("modified"),
        fields.text("digest"),
        fields.text("target"),
        fields.number("target_bytes"));
  }
}
