package dev.pt2st.scan;

/** What is said of a file, from the best to the worst. A file gets the worst of what was seen. */
public enum Verdict {
  /**
   * There is no pickle in it: it is of a known format, checked as far as its structure goes, or is
   * text over which an unpickler stops before it can import anything.
   */
  NO_PICKLE("no pickle"),
  /**
   * Every pickle in it was read to its end, every global is on the list, and the structure is
   * sound: a strict conversion would accept it, or each checkpoint in it where it is an archive of
   * several.
   */
  SAFE("safe"),
  /** It would be safe, were there not globals in it that the user has accepted. */
  ACCEPTED("accepted"),
  /**
   * Bytes of no known format, in which a search found nothing that a loader would run. Whatever
   * reads them, nobody can say that they are harmless.
   */
  UNRECOGNIZED("unrecognized"),
  /** It could not be read. */
  UNREADABLE("unreadable"),
  /** Something in it is not known to be data, or was not looked at to its end. */
  UNKNOWN("unknown"),
  /** Its structure is broken, or two readers could understand it in two ways. */
  MALFORMED("malformed"),
  /** It names a global that is known to run code, or to reach the network or the file system. */
  DANGEROUS("dangerous");

  private final String shown;

  Verdict(String shown) {
    this.shown = shown;
  }

  /** The word for it in reports. */
  public String shown() {
    return shown;
  }

  /** Whether there is nothing to be said about the file. */
  public boolean isGood() {
    return this == SAFE || this == NO_PICKLE;
  }

  /** The worse of two. */
  public Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
