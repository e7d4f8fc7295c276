package dev.pt2st.scan.format;

/** How much of a file the structure of a format accounts for. */
public enum Structure {
  /**
   * The structure is not sound: the file is not of this format, is cut short, or has further bytes.
   */
  BROKEN,
  /** The structure is sound as far as it is checked; the bytes must still be searched. */
  START,
  /** The structure is sound and accounts for every byte of the file. */
  WHOLE;

  static Structure whole(boolean holds) {
    return holds ? WHOLE : BROKEN;
  }

  static Structure start(boolean holds) {
    return holds ? START : BROKEN;
  }
}
