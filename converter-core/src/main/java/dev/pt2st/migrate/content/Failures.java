package dev.pt2st.migrate.content;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.RemedyWording;
import dev.pt2st.UnsupportedException;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.verify.Difference;
import dev.pt2st.verify.DifferenceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Turns failures of a unit into a verdict and a reason. */
public final class Failures {
  /** The reason if a mapped page is gone. */
  public static final String CUT_SHORT =
      "a file was cut short while it was read, or its disk failed; try again when nothing changes"
          + " it";

  private Failures() {}

  /** The reason why a file could not be examined. */
  public static String unreadable(IOException e) {
    return e instanceof AccessDeniedException ? "access is denied" : "it cannot be read";
  }

  public static Verdict verdict(CheckpointException e) {
    return switch (e) {
      case MalformedException malformed -> Verdict.FAILED;
      case UnsupportedException unsupported -> Verdict.FAILED;
      case RefusedException refused -> Verdict.REFUSED;
      case LimitException limit -> Verdict.REFUSED;
    };
  }

  /** The reason as one sentence, without the name of the file, which is shown beside it. */
  public static String reason(CheckpointException e, RemedyWording wording) {
    StringBuilder reason = new StringBuilder();
    String entry = e.place().entry();
    if (entry != null) {
      reason.append(entry);
      if (e.place().offset() >= 0) {
        reason.append(", byte ").append(e.place().offset());
      }
      reason.append(": ");
    }
    String tensor = e.place().tensor();
    if (tensor != null) {
      reason.append("tensor \"").append(tensor).append("\": ");
    }
    reason.append(e.problem());
    String advice = wording.of(e.remedy());
    return advice.isEmpty() ? reason.toString() : reason + "; " + advice;
  }

  /** The reason as one sentence; it names the file only if that is not the source. */
  public static String reason(IOException e) {
    return switch (e) {
      case DifferenceException different -> different(different);
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
      case FileAlreadyExistsException existing -> existing.getFile() + " is there already";
      case AccessDeniedException denied -> denied.getFile() + ": access is denied";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> {
        String message = e.getMessage();
        yield message == null ? e.getClass().getSimpleName() : message;
      }
    };
  }

  private static String different(DifferenceException e) {
    List<Difference> differences = e.verification().differences();
    return "the output differs from the checkpoint, so it is not kept: "
        + differences.getFirst().name()
        + (differences.size() > 1 ? " and " + (differences.size() - 1) + " more" : "");
  }
}
