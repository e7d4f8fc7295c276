package dev.pt2st.scan;

/**
 * The verdict on a file, from the best to the worst. A file gets the worst verdict of its parts.
 */
public enum Verdict {
  /**
   * It contains no pickle: it has a known format whose structure was checked, or it is text at
   * which an unpickler stops before it can import anything.
   */
  NO_PICKLE("no pickle"),
  /**
   * Every pickle in it was read to its end, every global is on the allowlist, and the structure is
   * sound. A strict conversion would accept it or, in an archive, each checkpoint in it.
   */
  SAFE("safe"),
  /** It would be safe except for globals that the user has accepted. */
  ACCEPTED("accepted"),
  /**
   * Bytes of no known format, in which a search found nothing that a loader would run. They may
   * still do harm in the program that reads them.
   */
  UNRECOGNIZED("unrecognized"),
  /** It could not be read. */
  UNREADABLE("unreadable"),
  /** Something in it is not known to be data, or was not scanned to its end. */
  UNKNOWN("unknown"),
  /** Its structure is broken, or two readers could understand it differently. */
  MALFORMED("malformed"),
  /** It names a global that is known to run code, or to reach the network or the file system. */
  DANGEROUS("dangerous");

  private final String shown;

  Verdict(String shown) {
    this.shown = shown;
  }

  /** The word in reports. */
  public String shown() {
    return shown;
  }

  /** Whether nothing counts against the file. */
  public boolean isGood() {
    return this == SAFE || this == NO_PICKLE;
  }

  /** The worse of the two verdicts. */
  public Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
