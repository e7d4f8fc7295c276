package dev.pt2st.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file once from its first byte to its last, piece by piece. */
public final class FilePieces {
  private static final int PIECE = 1 << 18;
  private static final int LEAST = 1 << 10;

  private FilePieces() {}

  /** Receives the pieces of a file. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Receives the next bytes.
     *
     * @param piece the bytes, valid until this returns
     */
    void take(ByteBuffer piece) throws IOException;
  }

  /**
   * Passes a whole file to a taker.
   *
   * @throws IOException if it cannot be read, or if the taker throws one
   */
  public static void read(Path file, Taker taker) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      // A direct buffer is filled without another copy, and without the page faults of a mapping. A
      // small file gets a small buffer, as buffers are zeroed first.
      ByteBuffer piece = ByteBuffer.allocateDirect(Math.clamp(in.size(), LEAST, PIECE));
      while (in.read(piece) >= 0) {
        taker.take(piece.flip());
        piece.clear();
      }
    }
  }
}
