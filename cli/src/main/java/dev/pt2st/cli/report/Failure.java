package dev.pt2st.cli.report;

import dev.pt2st.CheckpointException;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.SourceException;
import dev.pt2st.verify.DifferenceException;
import dev.pt2st.verify.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, in one sentence, with the exit code.
 *
 * @param globals the globals that were refused; empty where that is not the reason
 * @param verification where what was written differs, if that is the reason
 */
public record Failure(
    ExitCode code,
    String message,
    List<RefusedGlobal> globals,
    @Nullable Verification verification) {

  /**
   * What an exception stands for.
   *
   * @param e a {@link CheckpointException}, an {@link IOException}, or one of these unchecked: what
   *     files can cause
   * @throws IllegalArgumentException if it is another, which is a mistake of ours
   */
  public static Failure of(Exception e) {
    return switch (e) {
      case RefusedException refused ->
          new Failure(
              ExitCode.of(refused), refused.message(RemedyText::of), refused.globals(), null);
      case CheckpointException other ->
          new Failure(ExitCode.of(other), other.message(RemedyText::of), List.of(), null);
      case DifferenceException different ->
          new Failure(
              ExitCode.DIFFERENT,
              String.valueOf(different.getMessage()),
              List.of(),
              different.verification());
      case IOException other -> new Failure(ExitCode.FAILED, sentence(other), List.of(), null);
      case UncheckedIOException unchecked -> of(Objects.requireNonNull(unchecked.getCause()));
      default -> throw new IllegalArgumentException(e);
    };
  }

  /** What went wrong with an input whose name stands beside it already. */
  public static String reason(IOException e) {
    String sentence = sentence(e);
    String start = e instanceof SourceException failed ? failed.source() + ": " : "";
    return sentence.startsWith(start) ? sentence.substring(start.length()) : sentence;
  }

  private static String sentence(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
      case FileAlreadyExistsException existing ->
          existing.getFile() + ": the output is there already; replace it with --overwrite";
      case AccessDeniedException denied -> denied.getFile() + ": access is denied";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> {
        String message = e.getMessage();
        yield message == null ? e.getClass().getSimpleName() : message;
      }
    };
  }

  /**
   * Says it on a terminal: the sentence, and below it each global with the way to accept it, or
   * each difference.
   */
  public void print(Terminal terminal) {
    terminal.note("pt2st: " + message);
    for (RefusedGlobal global : globals) {
      String written =
          global.written().equals(global.name()) ? "" : " (written as " + global.written() + ")";
      terminal.note(
          "  "
              + global.name()
              + written
              + ", "
              + global.use().word()
              + " at "
              + global.place()
              + wayOut(global));
    }
    if (verification != null) {
      DifferenceReport.lines(verification).forEach(terminal::note);
    }
  }

  /** What is known to run code is never proposed for acceptance. */
  private static String wayOut(RefusedGlobal global) {
    return global.danger().isEmpty()
        ? ": --allow " + quoted(global.name())
        : ": it " + global.danger();
  }

  /** A name as a shell takes it for one word, and {@code --allow} for no more than itself. */
  public static String quoted(String name) {
    return word(name.replaceAll("[\\\\*?]", "\\\\$0"));
  }

  /** A text as a shell takes it for one word. */
  public static String word(String text) {
    return text.matches("[A-Za-z0-9_.]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
