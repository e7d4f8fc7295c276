package dev.pt2st.scan.format;

/** How much of a file the structure of a format accounts for. */
public enum Structure {
  /** It does not hold: the file is not of this format, is cut short, or has more behind it. */
  BROKEN,
  /** It holds as far as it is checked; the bytes have to be searched all the same. */
  START,
  /** It holds to the last byte of the file. */
  WHOLE;

  static Structure whole(boolean holds) {
    return holds ? WHOLE : BROKEN;
  }

  static Structure start(boolean holds) {
    return holds ? START : BROKEN;
  }
}
