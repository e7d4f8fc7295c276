package dev.pt2st.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file read once from its first byte to its last, piece by piece. */
public final class FilePieces {
  private static final int PIECE = 1 << 18;
  private static final int LEAST = 1 << 10;

  private FilePieces() {}

  /** Takes a piece of a file. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Takes the next bytes.
     *
     * @param piece holds them until this returns
     */
    void take(ByteBuffer piece) throws IOException;
  }

  /**
   * Gives all of a file to somebody.
   *
   * @throws IOException if it cannot be read, or what the taker throws
   */
  public static void read(Path file, Taker taker) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      // A direct buffer is filled without a copy between; a mapping would have to be paged in for
      // it. For a small file a small one, as it is filled with zeros first.
      ByteBuffer piece = ByteBuffer.allocateDirect(Math.clamp(in.size(), LEAST, PIECE));
      while (in.read(piece) >= 0) {
        taker.take(piece.flip());
        piece.clear();
      }
    }
  }
}
