package dev.pt2st.cli.terminal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Where a run prints, and the environment that it is in. The launcher says which of the streams are
 * a terminal and how wide that is, since the JVM cannot tell for one stream alone.
 */
public final class Terminal {
  private static final int DEFAULT_WIDTH = 80;

  /** Characters that are written at once. */
  private static final int PIECE = 1 << 16;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final int width;
  private final boolean colours;

  /** Whether the last line can be drawn again and again. */
  private final boolean draws;

  private final Map<String, String> environment;

  /** A terminal without colours. */
  public Terminal(
      PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, int width) {
    this(out, err, outIsTerminal, errIsTerminal, width, false, errIsTerminal, Map.of());
  }

  private Terminal(
      PrintStream out,
      PrintStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      int width,
      boolean colours,
      boolean draws,
      Map<String, String> environment) {
    this.colours = colours;
    this.draws = draws;
    this.environment = environment;
    this.out = out;
    this.err = err;
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.width = width;
  }

  /** The streams of this process. */
  public static Terminal ofProcess() {
    return new Terminal(
            StandardOutput.ofProcess(),
            System.err,
            Boolean.getBoolean("pt2st.out.terminal"),
            Boolean.getBoolean("pt2st.err.terminal"),
            Integer.getInteger("pt2st.columns", DEFAULT_WIDTH))
        .withEnvironment(System.getenv());
  }

  /**
   * The same with colours on stdout if a person looks at it and the environment has nothing against
   * them: {@code NO_COLOR} with any text, or a {@code TERM} that has none. Nothing is drawn on such
   * a {@code TERM} either. Whatever else is asked of the environment of the run is asked of this
   * one.
   */
  public Terminal withEnvironment(Map<String, String> environment) {
    boolean isDumb = List.of("", "dumb").contains(environment.getOrDefault("TERM", ""));
    boolean wanted = outIsTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty() && !isDumb;
    return new Terminal(
        out,
        err,
        outIsTerminal,
        errIsTerminal,
        width,
        wanted,
        errIsTerminal && !isDumb,
        Map.copyOf(environment));
  }

  /** The same with another stream for stdout, which is no terminal. */
  public Terminal withOut(PrintStream other) {
    return new Terminal(other, err, false, errIsTerminal, width, false, draws, environment);
  }

  /** A text in a colour, if there are colours; it must be printable already. */
  public String coloured(String text, Colour colour) {
    return colours ? colour.around(text) : text;
  }

  /** The environment of the run; empty unless it was given one. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Whether there are colours on stdout. */
  public boolean hasColours() {
    return colours;
  }

  /** Whether a line on stderr can be drawn again and again, and a person looks at it. */
  public boolean draws() {
    return draws;
  }

  /** Whether a person looks at stdout. */
  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether a person looks at stderr. */
  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  public int width() {
    return width;
  }

  /** The width of a table on stdout. For a file or a pipe nothing is cut. */
  public int tableWidth() {
    return outIsTerminal ? width : Integer.MAX_VALUE;
  }

  public PrintWriter outWriter() {
    return new PrintWriter(out, true, out.charset());
  }

  public PrintWriter errWriter() {
    return new PrintWriter(err, true, err.charset());
  }

  PrintStream err() {
    return err;
  }

  /** A line of the result, made printable. */
  public void line(String text) {
    out.println(Printable.escape(text));
  }

  /** A line of the result, made printable, the start of it in a colour if there are colours. */
  public void line(String start, Colour colour, String rest) {
    out.println(coloured(Printable.escape(start), colour) + Printable.escape(rest));
  }

  /** Lines of the result, made printable: written in large pieces, as there may be many. */
  public void lines(List<String> lines) {
    StringBuilder piece = new StringBuilder();
    for (String line : lines) {
      piece.append(Printable.escape(line)).append(System.lineSeparator());
      if (piece.length() >= PIECE) {
        out.print(piece);
        piece.setLength(0);
      }
    }
    out.print(piece);
  }

  /** A line about the run, made printable. */
  public void note(String text) {
    err.println(Printable.escape(text));
  }

  /**
   * A line of the result for a program, in UTF-8 and just as it is; made printable only where a
   * person looks on.
   */
  public void exactLine(String text) {
    String line = (outIsTerminal ? Printable.escape(text) : text) + "\n";
    out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
  }

  /** A text made here, of several lines, with nothing of a file in it. */
  public void raw(String text) {
    out.print(text);
  }

  /** Writes out what is still held back; a full pipe's reader that went away is no error. */
  public void flush() {
    out.flush();
    err.flush();
  }

  /** Why not all of stdout could be written, such as a full disk; empty if it could. */
  public String outFailure() {
    return out instanceof StandardOutput standard ? standard.failure() : "";
  }
}
