package dev.pt2st.units;

import dev.pt2st.CheckpointException;
import dev.pt2st.ResourceName;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;

/**
 * Reads lines of UTF-8 text in order, or a single line again by its offset. Empty lines are
 * skipped. Errors in a line are reported with its number.
 */
final class LineFile implements AutoCloseable {
  /** The most bytes of a line. A result lists no more findings than a report does. */
  static final int LONGEST = 64 << 20;

  private static final int PIECE = 1 << 16;

  private final MappedFile file;

  private LineFile(MappedFile file) {
    this.file = file;
  }

  static LineFile open(Input input) throws IOException {
    return new LineFile(MappedFile.open(input, ScratchFolder.TEMPORARY));
  }

  /** Receives lines. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Receives the next line.
     *
     * @param number of the line, from 1
     * @param offset of its first byte
     * @throws IllegalArgumentException if it is invalid, with the reason
     */
    void line(long number, long offset, String text) throws IOException;
  }

  ResourceName name() {
    return file.name();
  }

  /**
   * Visits all lines.
   *
   * @throws FileSystemException if one is invalid, with its number
   */
  void each(Visitor visitor) throws IOException {
    guarded(() -> {
      file.willReadAll();
      eachGuarded(visitor);
      return "";
    });
  }

  private void eachGuarded(Visitor visitor) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long number = 1;
    long start = 0;
    for (long at = 0; at < file.size(); at += piece.limit()) {
      piece.clear().limit((int) Math.min(PIECE, file.size() - at));
      file.read(piece, at);
      piece.flip();
      int from = 0;
      for (int i = 0; i < piece.limit(); i++) {
        if (piece.get(i) == '\n') {
          line.write(piece.array(), from, i - from);
          visit(visitor, number, start, line);
          number++;
          from = i + 1;
          start = at + from;
        }
      }
      line.write(piece.array(), from, piece.limit() - from);
      if (line.size() > LONGEST) {
        throw wrong(number, "the line is longer than " + LONGEST + " bytes");
      }
    }
    visit(visitor, number, start, line);
  }

  private void visit(Visitor visitor, long number, long start, ByteArrayOutputStream line)
      throws IOException {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (bytes.length == 0) {
      return;
    }
    try {
      visitor.line(number, start, text(bytes));
    } catch (IllegalArgumentException e) {
      throw wrong(number, String.valueOf(e.getMessage()));
    }
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("this is not UTF-8", e);
    }
  }

  FileSystemException wrong(long number, String what) {
    return new FileSystemException(file.name().text(), null, "line " + number + ": " + what);
  }

  /** The line at an offset that {@link #each} has reported. */
  String at(long offset) throws IOException {
    return guarded(() -> {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      ByteBuffer piece = ByteBuffer.allocate(1 << 10);
      for (long at = offset; at < file.size(); at += piece.limit()) {
        piece.clear().limit((int) Math.min(piece.capacity(), file.size() - at));
        file.read(piece, at);
        for (int i = 0; i < piece.limit(); i++) {
          if (piece.get(i) == '\n') {
            line.write(piece.array(), 0, i);
            return text(line.toByteArray());
          }
        }
        line.write(piece.array(), 0, piece.limit());
      }
      return text(line.toByteArray());
    });
  }

  private String guarded(FileGuard.Step<String> step) throws IOException {
    try {
      return FileGuard.guarded(List.of(file), step);
    } catch (CheckpointException e) {
      throw new FileSystemException(file.name().text(), null, e.problem());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
