package dev.pt2st.units;

import java.util.Locale;

/** The task of a unit: what is done with its file. */
public enum UnitTask {
  /** The file is scanned by a {@link dev.pt2st.scan.FileScanner}. */
  SCAN,
  /** The file is converted to the safetensors file that the unit names. */
  CONVERT,
  /** The file is compared with the model that the unit names. */
  VERIFY,
  /** The digest of the model in the file is computed. */
  CHECKSUM;

  /** The name of the task in lines and commands, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a unit names a second file: an output, or the other model of a comparison. */
  public boolean hasTarget() {
    return this == CONVERT || this == VERIFY;
  }

  /**
   * The task with a name in lower case.
   *
   * @throws IllegalArgumentException if there is no such task
   */
  public static UnitTask of(String word) {
    for (UnitTask task : values()) {
      if (task.word().equals(word)) {
        return task;
      }
    }
    throw new IllegalArgumentException("there is no task \"" + word + "\"");
  }
}
