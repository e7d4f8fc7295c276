package dev.pt2st.cli.terminal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The output streams and the environment of a run. The launcher passes on which streams are a
 * terminal and its width, since the JVM cannot tell for a single stream.
 */
public final class Terminal {
  private static final int DEFAULT_WIDTH = 80;

  /** How many characters are written at once. */
  private static final int PIECE = 1 << 16;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final int width;
  private final boolean colours;

  /** Whether the last line can be redrawn. */
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
   * The same with another environment. Stdout has colours if it is a terminal, unless {@code
   * NO_COLOR} is set or {@code TERM} has no colours. On such a {@code TERM} no progress is drawn
   * either. All other variables of the run come from this environment too.
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

  /** The same with another stream for stdout, which is not a terminal. */
  public Terminal withOut(PrintStream other) {
    return new Terminal(other, err, false, errIsTerminal, width, false, draws, environment);
  }

  /** A text in a colour, if stdout has colours; it must be printable already. */
  public String coloured(String text, Colour colour) {
    return colours ? colour.around(text) : text;
  }

  /** The environment of the run; empty by default. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Whether there are colours on stdout. */
  public boolean hasColours() {
    return colours;
  }

  /** Whether stderr is a terminal on which a line can be redrawn. */
  public boolean draws() {
    return draws;
  }

  /** Whether stdout is a terminal. */
  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether stderr is a terminal. */
  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  public int width() {
    return width;
  }

  /** The width for tables on stdout; unlimited for a file or a pipe. */
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

  /** Prints a line of the result, made printable. */
  public void line(String text) {
    out.println(Printable.escape(text));
  }

  /**
   * Prints a line of the result, made printable, with its start in a colour if stdout has colours.
   */
  public void line(String start, Colour colour, String rest) {
    out.println(coloured(Printable.escape(start), colour) + Printable.escape(rest));
  }

  /** Prints lines of the result, made printable, in large pieces, as there may be many. */
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

  /** Prints a line about the run on stderr, made printable. */
  public void note(String text) {
    err.println(Printable.escape(text));
  }

  /**
   * Prints a line of the result for a program, unchanged in UTF-8; made printable only on a
   * terminal.
   */
  public void exactLine(String text) {
    String line = (outIsTerminal ? Printable.escape(text) : text) + "\n";
    out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
  }

  /** Prints a text of several lines from this program, which contains nothing from a file. */
  public void raw(String text) {
    out.print(text);
  }

  /** Writes out what is still buffered. A pipe's reader that closed early is not an error. */
  public void flush() {
    out.flush();
    err.flush();
  }

  /** Why not all of stdout could be written, such as a full disk; empty if it was. */
  public String outFailure() {
    return out instanceof StandardOutput standard ? standard.failure() : "";
  }
}
