package dev.pt2st.migrate.journal;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.lines.JsonFields;
import dev.pt2st.text.JsonLine;
import java.io.IOException;
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
    return JsonLine.of(this, RunRecord::write);
  }

  private static void write(JsonWriter json, RunRecord run) throws IOException {
    json.name("record").value(run.kind.text());
    json.name("owner").value(run.owner);
    json.name("pid").value(run.pid);
    json.name("host").value(run.host);
    json.name("boot").value(run.boot);
    json.name("time").value(run.time);
  }

  /** The record of a line; null if it is another one, or was not written to its end. */
  static @Nullable RunRecord read(String line) {
    try {
      JsonFields fields = JsonFields.of(line);
      String record = fields.text("record");
      for (Kind kind : Kind.values()) {
        if (record.equals(kind.text())) {
          return new RunRecord(
              kind,
              fields.text("owner"),
              fields.number("pid"),
              fields.text("host"),
              fields.text("boot"),
              fields.text("time"));
        }
      }
      return null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
