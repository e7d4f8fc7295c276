package dev.pt2st.migrate.journal;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.pt2st.migrate.unit.JsonArrays;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of a unit that was done, as plain data: a line of JSON.
 *
 * @param root the source tree, as {@link RunHistory#root} gives it; empty where that is not known,
 *     as older versions did not write it
 * @param unit its name
 * @param files each source with its target
 * @param verdict what became of it
 * @param reason why, where it was not converted
 * @param options of the conversion, as a command line says them
 * @param verified whether the outputs were compared with the sources
 * @param durable whether the outputs were on the disk when this was written
 * @param boot tells from which start of the system on; empty where that is not known
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
   * A source and what was made of it.
   *
   * @param bytes the size of the source
   * @param modified when it was changed last, in nanoseconds since 1970
   * @param digest of the source, such as {@code sha256:} and its hexadecimal digits; empty where it
   *     was not read to its end
   * @param target empty where nothing was made
   * @param targetBytes the size of the target
   */
  public record Done(
      String source, long bytes, long modified, String digest, String target, long targetBytes) {}

  public JournalRecord {
    files = List.copyOf(files);
    options = List.copyOf(options);
  }

  /** Whether there is an output that is what its source holds. */
  public boolean isDone() {
    return verdict == UnitResult.Verdict.CONVERTED || verdict == UnitResult.Verdict.ALREADY_THERE;
  }

  /** What was made of a source; null if it is none of the unit's. */
  public @Nullable Done of(String source) {
    return files.stream().filter(file -> file.source.equals(source)).findFirst().orElse(null);
  }

  /** The line, without a line feed. */
  String line() {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.beginObject();
      json.name("record").value(DONE);
      json.name("root").value(root);
      json.name("unit").value(unit);
      json.name("verdict").value(verdict.name());
      json.name("reason").value(reason);
      JsonArrays.write(json.name("files"), files, JournalRecord::write);
      JsonArrays.write(json.name("options"), options, JsonWriter::value);
      json.name("verified").value(verified);
      json.name("durable").value(durable);
      json.name("boot").value(boot);
      json.endObject();
    } catch (IOException e) {
      throw new AssertionError(e); // there is no file
    }
    return text.toString();
  }

  private static void write(JsonWriter json, Done file) throws IOException {
    json.beginObject();
    json.name("source").value(file.source);
    json.name("bytes").value(file.bytes);
    json.name("modified").value(file.modified);
    json.name("digest").value(file.digest);
    json.name("target").value(file.target);
    json.name("target_bytes").value(file.targetBytes);
    json.endObject();
  }

  /** The record of a line; null if it is another one, or was not written to its end. */
  static @Nullable JournalRecord read(String line) {
    try (JsonReader json = new JsonReader(new StringReader(line))) {
      String record = "";
      String root = "";
      String unit = "";
      String reason = "";
      String boot = "";
      UnitResult.Verdict verdict = null;
      List<Done> files = List.of();
      List<String> options = List.of();
      boolean verified = false;
      boolean durable = false;
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "record" -> record = json.nextString();
          case "root" -> root = json.nextString();
          case "unit" -> unit = json.nextString();
          case "verdict" -> verdict = UnitResult.Verdict.valueOf(json.nextString());
          case "reason" -> reason = json.nextString();
          case "files" -> files = JsonArrays.read(json, JournalRecord::done);
          case "options" -> options = JsonArrays.read(json, JsonReader::nextString);
          case "verified" -> verified = json.nextBoolean();
          case "durable" -> durable = json.nextBoolean();
          case "boot" -> boot = json.nextString();
          default -> json.skipValue();
        }
      }
      json.endObject();
      return record.equals(DONE) && verdict != null
          ? new JournalRecord(root, unit, files, verdict, reason, options, verified, durable, boot)
          : null;
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Done done(JsonReader json) throws IOException {
    String source = "";
    String digest = "";
    String target = "";
    long bytes = 0;
    long modified = 0;
    long targetBytes = 0;
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "source" -> source = json.nextString();
        case "bytes" -> bytes = json.nextLong();
        case "modified" -> modified = json.nextLong();
        case "digest" -> digest = json.nextString();
        case "target" -> target = json.nextString();
        case "target_bytes" -> targetBytes = json.nextLong();
        default -> json.skipValue();
      }
    }
    json.endObject();
    return new Done(source, bytes, modified, digest, target, targetBytes);
  }
}
