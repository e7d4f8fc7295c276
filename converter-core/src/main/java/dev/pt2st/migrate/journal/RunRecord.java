package dev.pt2st.migrate.journal;

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
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of a run.
 *
 * @param kind what happened
 * @param owner what stands in the names of its temporary files
 * @param pid its process
 * @param host the machine
 * @param boot tells this start of the system from others; empty where that is not known
 * @param time when
 */
record RunRecord(Kind kind, String owner, long pid, String host, String boot, String time) {

  /** What can be said of a run. */
  enum Kind {
    RUN,
    END,
    /** It did not end as it should, and a later one has removed what it had left half-written. */
    SWEPT;

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** That this process begins or ends, now. */
  static RunRecord now(Kind kind) {
    return new RunRecord(
        kind,
        TemporaryFiles.owner(),
        ProcessHandle.current().pid(),
        hostName(),
        bootId(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** That what a run has left is removed. */
  static RunRecord swept(String owner) {
    return new RunRecord(Kind.SWEPT, owner, 0, "", "", "");
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
      json.name("record").value(kind.text());
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
      for (Kind kind : Kind.values()) {
        if (record.equals(kind.text())) {
          return new RunRecord(kind, owner, pid, host, boot, time);
        }
      }
      return null;
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      return null;
    }
  }
}
