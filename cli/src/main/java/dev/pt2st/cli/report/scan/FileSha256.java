package dev.pt2st.cli.report.scan;

import dev.pt2st.io.source.RangeSource;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** SHA-256 of whole files, in lower-case hexadecimal. */
public final class FileSha256 {
  private static final int PIECE = 1 << 16;

  /** The size of a request to a source, in bytes. */
  private static final int REQUEST = 8 << 20;

  private FileSha256() {}

  /**
   * The digest of a file, which is read piece by piece.
   *
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    }
    return Sha256.hex(digest);
  }

  /**
   * The digest of a source, which is read completely.
   *
   * @throws IOException if it cannot be read
   */
  public static String of(RangeSource source) throws IOException {
    MessageDigest digest = Sha256.start();
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(source.size(), REQUEST));
    for (long at = 0; at < source.size(); at += piece.limit()) {
      piece.clear().limit((int) Math.min(piece.capacity(), source.size() - at));
      source.read(at, piece);
      digest.update(piece.flip());
    }
    return Sha256.hex(digest);
  }
}
