package dev.pt2st.migrate;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.pt2st.io.TemporaryFiles;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of a run: that it began or ended.
 *
 * @param ended whether this is its end
 * @param owner what stands in the names of its temporary files
 * @param pid its process
 * @param host the machine
 * @param boot tells this start of the system from others; empty where that is not known
 * @param time when
 */
record RunRecord(boolean ended, String owner, long pid, String host, String boot, String time) {
  private static final String BEGIN = "run";
  private static final String END = "end";

  /** This process, now. */
  static RunRecord now(boolean ended) {
    return new RunRecord(
        ended,
        TemporaryFiles.owner(),
        ProcessHandle.current().pid(),
        hostName(),
        bootId(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Tells this start of the system from others; empty where it cannot be told. */
  static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "this machine");
    }
  }

  /** The line, without a line feed. */
  String line() {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.beginObject();
      json.name("record").value(ended ? END : BEGIN);
      json.name("owner").value(owner);
      json.name("pid").value(pid);
      json.name("host").value(host);
      json.name("boot").value(boot);
      json.name("time").value(time);
      json.endObject();
    } catch (IOException e) {
      throw new AssertionError(e); // there is no file
    }
    return text.toString();
  }

  /** The record of a line; null if it is another one, or was not written to its end. */
  static @Nullable RunRecord read(String line) {
    try (JsonReader json = new JsonReader(new StringReader(line))) {
      String record = "";
      String owner = "";
      long pid = 0;
      String host = "";
      String boot = "";
      String time = "";
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "record" -> record = json.nextString();
          case "owner" -> owner = json.nextString();
          case "pid" -> pid = json.nextLong();
          case "host" -> host = json.nextString();
          case "boot" -> boot = json.nextString();
          case "time" -> time = json.nextString();
          default -> json.skipValue();
        }
      }
      json.endObject();
      return record.equals(BEGIN) || record.equals(END)
          ? new RunRecord(record.equals(END), owner, pid, host, boot, time)
          : null;
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      return null;
    }
  }
}
