package dev.pt2st.cli.report;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The exit codes of the program. */
public enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "failed: unreadable, malformed, not a checkpoint, or an I/O error"),
  USAGE(2, "wrong usage"),
  REFUSED(
      3,
      "refused, or found by a scan: not on the allowlist, ambiguous, over a limit, or nothing"
          + " safetensors can hold"),
  DIFFERENT(4, "verification found a difference");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /** The worse of two: the one with the higher number. */
  public ExitCode or(ExitCode other) {
    return other.code > code ? other : this;
  }

  public String meaning() {
    return meaning;
  }

  /** Every code with its meaning, for the help. */
  public static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : values()) {
      meanings.put(String.valueOf(code.code), code.meaning);
    }
    return meanings;
  }

  static ExitCode of(CheckpointException e) {
    return switch (e) {
      case MalformedException malformed -> FAILED;
      case UnsupportedException unsupported -> FAILED;
      case RefusedException refused -> REFUSED;
      case LimitException limit -> REFUSED;
    };
  }
}
