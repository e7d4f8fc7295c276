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
 * The record of a run in a journal.
 *
 * @param kind the event
 * @param owner the mark in the names of its temporary files
 * @param pid its process id
 * @param host the name of the machine
 * @param boot identifies the boot of the system; empty if unknown
 * @param time the time of the event
 */
record RunRecord(Kind kind, String owner, long pid, String host, String boot, String time) {

  /** The events of a run. */
  enum Kind {
    RUN,
    END,
    /** It was killed, and a later run has removed its temporary files. */
    SWEPT;

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Records that this process begins or ends now. */
  static RunRecord now(Kind kind) {
    return new RunRecord(
        kind,
        TemporaryFiles.owner(),
        ProcessHandle.current().pid(),
        hostName(),
        bootId(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Records that the temporary files of a run are removed. */
  static RunRecord swept(String owner) {
    return new RunRecord(Kind.SWEPT, owner, 0, "", "", "");
  }

  /** Identifies this boot of the system; empty if that is not possible. */
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

  /** The record as a line, without a line feed. */
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

  /** The record of a line; null if the line is of another type or truncated. */
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
