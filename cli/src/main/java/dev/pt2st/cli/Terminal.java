package dev.pt2st.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a run prints. The launcher says which of the streams are a terminal and how wide that is,
 * since the JVM cannot tell for one stream alone.
 */
final class Terminal {
  private static final int DEFAULT_WIDTH = 80;

  /** Characters that are written at once. */
  private static final int PIECE = 1 << 16;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final int width;

  Terminal(
      PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, int width) {
    this.out = out;
    this.err = err;
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.width = width;
  }

  /** The streams of this process. */
  static Terminal ofProcess() {
    return new Terminal(
        System.out,
        System.err,
        Boolean.getBoolean("pt2st.out.terminal"),
        Boolean.getBoolean("pt2st.err.terminal"),
        Integer.getInteger("pt2st.columns", DEFAULT_WIDTH));
  }

  /** Whether a person looks at stdout. */
  boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether a person looks at stderr. */
  boolean errIsTerminal() {
    return errIsTerminal;
  }

  int width() {
    return width;
  }

  /** The width of a table on stdout. For a file or a pipe nothing is cut. */
  int tableWidth() {
    return outIsTerminal ? width : Integer.MAX_VALUE;
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, out.charset());
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, err.charset());
  }

  PrintStream err() {
    return err;
  }

  /** A line of the result, made printable. */
  void line(String text) {
    out.println(Printable.escape(text));
  }

  /** Lines of the result, made printable: written in large pieces, as there may be many. */
  void lines(List<String> lines) {
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
  void note(String text) {
    err.println(Printable.escape(text));
  }

  /**
   * A line of the result for a program, in UTF-8 and just as it is; made printable only where a
   * person looks on.
   */
  void exactLine(String text) {
    String line = (outIsTerminal ? Printable.escape(text) : text) + "\n";
    out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
  }

  /** A text made here, of several lines, with nothing of a file in it. */
  void raw(String text) {
    out.print(text);
  }

  /** Writes out what is still held back; a full pipe's reader that went away is no error. */
  void flush() {
    out.flush();
    err.flush();
  }
}
