package dev.pt2st.io.aws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding of texts in addresses, as AWS signs them. */
public final class PercentCode {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String PLAIN = "-._~";

  private PercentCode() {}

  /**
   * A text with each byte of its UTF-8 encoded, except letters, digits and {@code -._~}.
   *
   * @throws IllegalArgumentException if it has an unpaired surrogate
   */
  public static String encode(String text) {
    return encode(text, PLAIN);
  }

  /**
   * The same, but with slashes unchanged, for a path.
   *
   * @throws IllegalArgumentException if it has an unpaired surrogate
   */
  public static String encodePath(String text) {
    return encode(text, PLAIN + "/");
  }

  /**
   * The UTF-8 of a text.
   *
   * @throws IllegalArgumentException if it has an unpaired surrogate
   */
  public static byte[] bytes(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("half of a surrogate pair", e);
    }
  }

  private static String encode(String text, String plain) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : bytes(text)) {
      char c = (char) b;
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letterOrDigit || (b > 0 && plain.indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  /**
   * Decodes a form-encoded text, in which a plus is a space.
   *
   * @throws IllegalArgumentException if it is not encoded so, or is not UTF-8
   */
  public static String decodeForm(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '%') {
        if (at + 2 >= text.length()) {
          throw new IllegalArgumentException("no two digits");
        }
        bytes.write(HexFormat.fromHexDigits(text, at + 1, at + 3));
        at += 3;
      } else {
        // A server may leave any other character unencoded.
        int next = text.offsetByCodePoints(at, 1);
        bytes.writeBytes(
            (c == '+' ? " " : text.substring(at, next)).getBytes(StandardCharsets.UTF_8));
        at = next;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("no UTF-8", e);
    }
  }
}
