package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.verify.DifferenceException;
import dev.pt2st.verify.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, in one sentence, with the exit code.
 *
 * @param kind the kind of failure, for programs
 * @param globals the globals that were refused; empty if that is not the reason
 * @param verification the differences in the output, if they are the reason
 */
public record Failure(
    ExitCode code,
    Kind kind,
    String message,
    List<RefusedGlobal> globals,
    @Nullable Verification verification) {

  /** The kind of failure; {@code kind} in JSON. */
  public enum Kind {
    /** The bytes break a rule of their format. */
    MALFORMED,
    /** The file is sound but not supported. */
    UNSUPPORTED,
    /**
     * The file is not known to be data, is ambiguous, or has something that the output cannot hold.
     */
    REFUSED,
    /** The work would exceed a limit. */
    LIMIT,
    /** The output differs from the input. */
    DIFFERENT,
    /** A file is missing, exists already, or could not be read or written. */
    IO;

    private static Kind of(CheckpointException e) {
      return switch (e) {
        case MalformedException malformed -> MALFORMED;
        case UnsupportedException unsupported -> UNSUPPORTED;
        case RefusedException refused -> REFUSED;
        case LimitException limit -> LIMIT;
      };
    }
  }

  /**
   * The failure for an exception.
   *
   * @param e a {@link CheckpointException}, an {@link IOException}, or an unchecked exception that
   *     wraps one
   * @throws IllegalArgumentException for any other exception, which is a bug of this program
   */
  public static Failure of(Exception e) {
    return switch (e) {
      case CheckpointException read ->
          new Failure(
              ExitCode.of(read),
              Kind.of(read),
              read.message(RemedyText::of),
              read instanceof RefusedException refused ? refused.globals() : List.of(),
              null);
      case DifferenceException different ->
          new Failure(
              ExitCode.DIFFERENT,
              Kind.DIFFERENT,
              String.valueOf(different.getMessage()),
              List.of(),
              different.verification());
      case IOException other ->
          new Failure(ExitCode.FAILED, Kind.IO, sentence(other), List.of(), null);
      case UncheckedIOException unchecked -> of(Objects.requireNonNull(unchecked.getCause()));
      default -> throw new IllegalArgumentException(e);
    };
  }

  /**
   * The same failure with other file names.
   *
   * @param shown replaces the names in a text
   */
  public Failure renamed(UnaryOperator<String> shown) {
    List<RefusedGlobal> renamed = new ArrayList<>();
    for (RefusedGlobal global : globals) {
      Place at = global.place();
      ResourceName file = new ResourceName(shown.apply(at.file().text()));
      renamed.add(
          new RefusedGlobal(
              global.name(),
              global.written(),
              global.use(),
              new Place(file, at.entry(), at.offset(), at.tensor()),
              global.call(),
              global.danger()));
    }
    return new Failure(code, kind, shown.apply(message), renamed, verification);
  }

  /** The reason without the name of the input, for a place that already shows it. */
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

  /** Writes the members of every JSON object about a failure. */
  public void write(JsonWriter json) throws IOException {
    json.name("error").value(message);
    json.name("kind").value(kind.name().toLowerCase(Locale.ROOT));
    json.name("exit_code").value(code.code());
  }

  /**
   * Prints the sentence on a terminal, followed by each global with the way to accept it, or by
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

  /** The way to accept a global; never suggested for one that is known to run code. */
  private static String wayOut(RefusedGlobal global) {
    return global.danger().isEmpty()
        ? ": --allow " + quoted(global.name())
        : ": it " + global.danger();
  }

  /** A name as one shell word that {@code --allow} takes literally. */
  public static String quoted(String name) {
    return word(name.replaceAll("[\\\\*?]", "\\\\$0"));
  }

  /** A text as one shell word. */
  public static String word(String text) {
    return text.matches("[A-Za-z0-9_.]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
