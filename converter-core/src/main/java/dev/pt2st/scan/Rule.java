package dev.pt2st.scan;

/** The rules of a scan, each with its meaning for the file and what to do about it. */
public enum Rule {
  /** A global that is known to run code, or to reach the network or the file system. */
  DANGEROUS_GLOBAL(
      "dangerous-global",
      Verdict.DANGEROUS,
      "A pickle names something that runs code or reaches the network or the file system",
      "Loading the file with Python would hand control to whoever made it. Do not load it. Tell"
          + " the place that you got it from."),
  /** A global that is neither on the built-in allowlist nor accepted. */
  UNKNOWN_GLOBAL(
      "unknown-global",
      Verdict.UNKNOWN,
      "A pickle names a class or function that is not on the list of things known to be data",
      "It may be harmless, but nobody has looked at it. Ask for the weights as safetensors, or"
          + " convert the file, which runs nothing."),
  /** A pickle that an unpickler cannot read to its end. */
  BROKEN_PICKLE(
      "broken-pickle",
      Verdict.MALFORMED,
      "A pickle breaks off, or an unpickler would stop in it",
      "What comes before the break would still have run; attackers break streams on"
          + " purpose, so that scanners give up. Get the file again from its source, and do not"
          + " trust it if it is broken there too."),
  /** An archive that is damaged, or that two readers could read differently. */
  UNSOUND_ARCHIVE(
      "unsound-archive",
      Verdict.MALFORMED,
      "An archive is damaged, or two readers could see two different files in it",
      "Attackers show one file to the scanner and another one to the loader. Get the file again"
          + " from its source, and do not trust it if it is the same there."),
  /** A content that is not what its name promises. */
  WRONG_CONTENT(
      "wrong-content",
      Verdict.MALFORMED,
      "The content is not what the name of the file promises",
      "Most often a download gave an error page, or Git LFS its pointer. Get the file again."),
  /** A known format that is not scanned, or encrypted data. */
  NOT_LOOKED_INTO(
      "not-looked-into",
      Verdict.UNKNOWN,
      "The file is of a layout that is not read, or is encrypted",
      "Nothing can be said about what it holds. Decrypt or unpack it first, or ask for the weights"
          + " as safetensors."),
  /** Bytes of no known format, in which a search found nothing. */
  UNRECOGNIZED_BYTES(
      "unrecognized-bytes",
      Verdict.UNRECOGNIZED,
      "The content is of no known format",
      "All of it was searched for pickles, archives and compressed data, and none was found that"
          + " runs code. What other programs make of it is not known."),
  /** A file whose scan ended at a limit. */
  OVER_LIMIT(
      "over-limit",
      Verdict.UNKNOWN,
      "Looking into the file would cost more than a limit allows",
      "It was not looked at to its end. Raise the limit that is named if you expect such a file."),
  /** A file that could not be read. */
  UNREADABLE(
      "unreadable",
      Verdict.UNREADABLE,
      "The file could not be read",
      "Nothing is known about it. See the message for the reason.");

  private final String id;
  private final Verdict verdict;
  private final String summary;
  private final String help;

  Rule(String id, Verdict verdict, String summary, String help) {
    this.id = id;
    this.verdict = verdict;
    this.summary = summary;
    this.help = help;
  }

  /** Its name in reports, such as {@code broken-pickle}; never changes. */
  public String id() {
    return id;
  }

  /** The best verdict for a file that breaks the rule. */
  public Verdict verdict() {
    return verdict;
  }

  /** What it means, as one sentence without a full stop. */
  public String summary() {
    return summary;
  }

  /** What it means for the user, and what to do. */
  public String help() {
    return help;
  }
}
