package dev.pt2st.units;

import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Verdict;
import java.util.List;

/** The outcome of the work on a unit. Every unit has one, even if it failed. */
public sealed interface UnitOutcome {
  /** Whether the work should be tried again, because a disk, a network or a server failed. */
  boolean isForAgain();

  /**
   * A file was scanned.
   *
   * @param report the report of the scan
   */
  record Scanned(FileReport report) implements UnitOutcome {
    @Override
    public boolean isForAgain() {
      return report.verdict() == Verdict.UNREADABLE;
    }
  }

  /**
   * A checkpoint was converted, or the same output existed already.
   *
   * @param files addresses or paths of the output files; the index last, if there is one
   * @param tensors how many tensors they have
   * @param bytes the size of all tensors in bytes
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
   * @param bytes their size in one model, in bytes
   * @param differing how many tensors differ
   * @param names the names of the first tensors that differ
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
   * The digest of a model was computed.
   *
   * @param sha256 the digest of its tensors, in hexadecimal
   * @param tensors how many tensors it has
   */
  record Summed(String sha256, long tensors) implements UnitOutcome {
    @Override
    public boolean isForAgain() {
      return false;
    }
  }

  /**
   * The file is not the planned version, or has changed while it was read. There is no result; the
   * file must be planned again.
   *
   * @param reason the reason in words
   */
  record Changed(String reason) implements UnitOutcome {
    @Override
    public boolean isForAgain() {
      return false;
    }
  }

  /**
   * The work failed.
   *
   * @param kind the kind of the reason
   * @param reason the reason in words
   */
  record Failed(Kind kind, String reason) implements UnitOutcome {
    /** Why the work on a unit failed. */
    public enum Kind {
      /** The bytes break a rule of their format. */
      MALFORMED,
      /** The file may be valid, but is not supported. */
      UNSUPPORTED,
      /** It is not known to be data, is ambiguous, or cannot be held by the output. */
      REFUSED,
      /** It would exceed a limit. */
      LIMIT,
      /** Another file has the name of the output. */
      EXISTS,
      /** A file could not be read or written. */
      IO,
      /** A bug of this program. */
      INTERNAL
    }

    @Override
    public boolean isForAgain() {
      return kind == Kind.IO;
    }
  }
}
