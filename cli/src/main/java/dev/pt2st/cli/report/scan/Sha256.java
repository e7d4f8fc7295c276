package dev.pt2st.cli.report.scan;

import dev.pt2st.io.RangeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal digits, in small letters. */
public final class Sha256 {
  private static final int PIECE = 1 << 16;

  /** Bytes of a source that are asked for at once. */
  private static final int REQUEST = 8 << 20;

  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** That of bytes. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /**
   * That of a file, in the memory of one piece of it.
   *
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * That of a source, of which all is read.
   *
   * @throws IOException if it cannot be read
   */
  public static String of(RangeSource source) throws IOException {
    MessageDigest digest = digest();
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(source.size(), REQUEST));
    for (long at = 0; at < source.size(); at += piece.limit()) {
      piece.clear().limit((int) Math.min(piece.capacity(), source.size() - at));
      source.read(at, piece);
      digest.update(piece.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
