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
import dev.pt2st.io.SourceException;
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
 * @param kind what kind of reason it is, for programs
 * @param globals the globals that were refused; empty if that is not the reason
 * @param verification where what was written differs, if that is the reason
 */
public record Failure(
    ExitCode code,
    Kind kind,
    String message,
    List<RefusedGlobal> globals,
    @Nullable Verification verification) {

  /** Why nothing came of it; {@code kind} in JSON. */
  public enum Kind {
    /** The bytes break a rule of their format. */
    MALFORMED,
    /** It is in order, and not read. */
    UNSUPPORTED,
    /** It is not known to be data, or ambiguous, or nothing that the output could hold. */
    REFUSED,
    /** It would take more than a limit allows. */
    LIMIT,
    /** What was written is not what was read. */
    DIFFERENT,
    /** A file is not there, or there already, or could not be read or written. */
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
   * What an exception stands for.
   *
   * @param e a {@link CheckpointException}, an {@link IOException}, or one of these unchecked: what
   *     files can cause
   * @throws IllegalArgumentException if it is another, which is a mistake of ours
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
   * The same with other names of files.
   *
   * @param shown gives each text that names them
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

  /** Writes the members that every JSON object about a failure has. */
  public void write(JsonWriter json) throws IOException {
    json.name("error").value(message);
    json.name("kind").value(kind.name().toLowerCase(Locale.ROOT));
    json.name("exit_code").value(code.code());
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
