package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.verify.DifferenceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * What went wrong, in one sentence, with the exit code.
 *
 * @param globals the globals that were refused; empty where that is not the reason
 */
record Failure(ExitCode code, String message, List<RefusedGlobal> globals) {

  static Failure of(CheckpointException e) {
    List<RefusedGlobal> globals =
        e instanceof RefusedException refused ? refused.globals() : List.of();
    return new Failure(ExitCode.of(e), String.valueOf(e.getMessage()), globals);
  }

  static Failure of(IOException e) {
    ExitCode code = e instanceof DifferenceException ? ExitCode.DIFFERENT : ExitCode.FAILED;
    return new Failure(code, sentence(e), List.of());
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

  /** Says it on a terminal: the sentence, and below it each global with the way to accept it. */
  void print(Terminal terminal) {
    terminal.note("pt2st: " + message);
    for (RefusedGlobal global : globals) {
      String written =
          global.written().equals(global.name()) ? "" : " (written as " + global.written() + ")";
      terminal.note(
          "  "
              + global.name()
              + written
              + ", "
              + global.use()
              + " at "
              + global.place()
              + ": --allow "
              + quoted(global.name()));
    }
  }

  /** A name as a shell takes it for one word, and {@code --allow} for no more than itself. */
  static String quoted(String name) {
    return name.matches("[A-Za-z0-9_.]+")
        ? name
        : "'" + name.replaceAll("[\\\\*?]", "\\\\$0").replace("'", "'\\''") + "'";
  }
}
