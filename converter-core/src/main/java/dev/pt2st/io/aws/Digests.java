package dev.pt2st.io.aws;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Digests of bodies in the form for headers. */
public final class Digests {
  private Digests() {}

  /** The SHA-256, in hexadecimal, of all that remains of a buffer, which is not changed. */
  public static String sha256(ByteBuffer bytes) {
    return HexFormat.of().formatHex(of("SHA-256", bytes));
  }

  /**
   * The MD5, in the form of {@code Content-MD5}, of all that remains of a buffer, which is not
   * changed.
   */
  public static String md5(ByteBuffer bytes) {
    return Base64.getEncoder().encodeToString(of("MD5", bytes));
  }

  private static byte[] of(String algorithm, ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(bytes.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
