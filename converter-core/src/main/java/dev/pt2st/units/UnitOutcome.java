package dev.pt2st.units;

import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Verdict;
import java.util.List;

/** What came of the work on a unit. Every unit has an outcome, also one that failed. */
public sealed interface UnitOutcome {
  /** Whether the work is worth another try: what failed is a disk, a network or a server. */
  boolean isForAgain();

  /**
   * A file was scanned.
   *
   * @param report what the scan says of it
   */
  record Scanned(FileReport report) implements UnitOutcome {
    @Override
    public boolean isForAgain() {
      return report.verdict() == Verdict.UNREADABLE;
    }
  }

  /**
   * A checkpoint was converted, or stood there already as it would have been written.
   *
   * @param files addresses or paths of what was written; the index last, if there is one
   * @param tensors how many tensors they have
   * @param bytes of all tensors
   */
  record Converted(List<String> files, long tensors, long bytes) implements UnitOutcome {
    public Converted {
      files = List.copyOf(files);
    }

    @Override
    public boolean isForAgain() {
      return false;
    }
  }

  /**
   * Two models were compared.
   *
   * @param tensors how many tensors were compared
   * @param bytes how many bytes of each model these have
   * @param differing how many tensors differ
   * @param names of the first that differ
   */
  record Compared(long tensors, long bytes, long differing, List<String> names)
      implements UnitOutcome {
    public Compared {
      names = List.copyOf(names);
    }

    @Override
    public boolean isForAgain() {
      return false;
    }
  }

  /**
   * A model was summed up.
   *
   * @param sha256 of what it holds, in hexadecimal
   * @param tensors how many tensors it has
   */
  record Summed(String sha256, long tensors) implements UnitOutcome {
    @Override
    public boolean isForAgain() {
      return false;
    }
  }

  /**
   * The file is another than was planned, or has changed while it was read. It has to be planned
   * anew: nothing is said of it.
   *
   * @param reason in words
   */
  record Changed(String reason) implements UnitOutcome {
    @Override
    public boolean isForAgain() {
      return false;
    }
  }

  /**
   * Nothing came of it.
   *
   * @param kind what kind of reason it is
   * @param reason in words
   */
  record Failed(Kind kind, String reason) implements UnitOutcome {
    /** Why nothing came of a unit. */
    public enum Kind {
      /** The bytes break a rule of their format. */
      MALFORMED,
      /** The file is in order, and not read. */
      UNSUPPORTED,
      /** It is not known to be data, or ambiguous, or nothing that the output could hold. */
      REFUSED,
      /** It would take more than a limit allows. */
      LIMIT,
      /** Something else is there under the name of the output. */
      EXISTS,
      /** A file could not be read or written. */
      IO,
      /** A mistake of this program. */
      INTERNAL
    }

    @Override
    public boolean isForAgain() {
      return kind == Kind.IO;
    }
  }
}
