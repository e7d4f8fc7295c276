package dev.pt2st.units;

import java.util.Locale;

/** What is done with the file of a unit. */
public enum UnitTask {
  /** It is scanned, as by a {@link dev.pt2st.scan.FileScanner}. */
  SCAN,
  /** It is converted to the safetensors file that the unit names. */
  CONVERT,
  /** It is compared with the model that the unit names. */
  VERIFY,
  /** A digest is made of what it holds. */
  CHECKSUM;

  /** As lines and commands write it: in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a unit names a second file: an output, or what is compared. */
  public boolean hasTarget() {
    return this == CONVERT || this == VERIFY;
  }

  /**
   * The task of a word.
   *
   * @throws IllegalArgumentException if it is none
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
