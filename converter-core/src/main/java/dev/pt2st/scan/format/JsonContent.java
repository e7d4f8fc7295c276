package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.JsonText.Token.COLON;
import static dev.pt2st.scan.format.JsonText.Token.END;
import static dev.pt2st.scan.format.JsonText.Token.STRING;

import dev.pt2st.io.MappedFile;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The strings of a JSON text, as Python's {@code json} reads them. */
public final class JsonContent {
  /** Under this key a model of Stable-Baselines3 has a pickle in base64 (save_util.py). */
  private static final String SERIALIZED = ":serialized:";

  /** An escape of a character of the key, which no JSON writer makes. */
  private static final Pattern HIDDEN =
      Pattern.compile("\\\\u00(?:3[aA]|[46][1-9a-fA-F]|[57][0-9aAfF])");

  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private static final int PIECE = 1 << 20;

  private JsonContent() {}

  /**
   * Decodes bytes in the encoding that {@code json.detect_encoding} finds: UTF-8, UTF-16 or UTF-32.
   */
  public static String decode(byte[] bytes) {
    return new String(bytes, encoding(bytes));
  }

  private static Charset encoding(byte[] bytes) {
    int[] b = new int[4];
    for (int i = 0; i < b.length; i++) {
      b[i] = i < bytes.length ? bytes[i] & 0xff : -1;
    }
    if ((b[0] == 0 && b[1] == 0 && b[2] == 0xfe && b[3] == 0xff)
        || (b[0] == 0xff && b[1] == 0xfe && b[2] == 0 && b[3] == 0)) {
      return Charset.forName("UTF-32");
    }
    if ((b[0] == 0xfe && b[1] == 0xff) || (b[0] == 0xff && b[1] == 0xfe)) {
      return StandardCharsets.UTF_16;
    }
    if (bytes.length >= b.length && b[0] == 0) {
      return b[1] == 0 ? Charset.forName("UTF-32BE") : StandardCharsets.UTF_16BE;
    }
    if (bytes.length >= b.length && b[1] == 0) {
      return b[2] == 0 && b[3] == 0 ? Charset.forName("UTF-32LE") : StandardCharsets.UTF_16LE;
    }
    if (bytes.length == 2 && (b[0] == 0 || b[1] == 0)) {
      return b[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
    return StandardCharsets.UTF_8;
  }

  /** Whether a text begins like an object. */
  public static boolean isObject(MappedFile content) {
    long at = 0;
    while (at < content.size() && content.i8(at) <= ' ' && content.i8(at) > 0) {
      at++;
    }
    return at < content.size() && content.i8(at) == '{';
  }

  /** Whether a content may be JSON with such a key, which escapes may hide. */
  public static boolean mayHavePickles(MappedFile content) {
    if (!isObject(content)) {
      return false;
    }
    for (long at = 0; at < content.size(); at += PIECE) {
      byte[] piece = content.start(at, PIECE + SERIALIZED.length());
      String text = new String(piece, StandardCharsets.ISO_8859_1);
      if (text.contains(SERIALIZED) || (text.contains("\\u00") && HIDDEN.matcher(text).find())) {
        return true;
      }
    }
    return false;
  }

  /** The pickles that Stable-Baselines3 loads from such a text. */
  public static List<byte[]> serialized(byte[] bytes) {
    return serialized(decode(bytes));
  }

  /** Every string under such a key, at any depth, as a value or a key. */
  private static List<byte[]> serialized(String text) {
    JsonText json = new JsonText(text);
    List<byte[]> pickles = new ArrayList<>();
    boolean isKey = false; // a colon after a string makes it a key
    boolean isUnder = false;
    int depth = 0; // nesting depth inside the value of such a key
    for (JsonText.Token token = json.next(); token != END; token = json.next()) {
      switch (token) {
        case STRING -> {
          if (isUnder) {
            byte[] bytes = base64(json.string(), true);
            byte[] further = base64(json.string(), false);
            pickles.add(bytes);
            if (!Arrays.equals(bytes, further)) {
              pickles.add(further);
            }
          }
        }
        case OPENS -> depth += isUnder ? 1 : 0;
        case CLOSES -> depth = Math.max(0, depth - 1);
        default -> {}
      }
      isUnder = depth > 0 || (token == COLON && isKey);
      isKey = token == STRING && json.string().equals(SERIALIZED);
    }
    return pickles;
  }

  /**
   * Decodes as {@code base64.b64decode}: characters outside the alphabet are skipped. Padding ends
   * the text or is skipped too, depending on the version of Python (gh-145264).
   *
   * @param isPadded whether padding ends it
   */
  public static byte[] base64(String text, boolean isPadded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int quad = 0;
    int bits = 0;
    int padding = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = BASE64.indexOf(text.charAt(i));
      if (isPadded && text.charAt(i) == '=' && quad >= 2 && quad + ++padding >= 4) {
        break;
      }
      if (digit < 0) {
        continue;
      }
      padding = 0;
      bits = bits << 6 | digit;
      quad++;
      if (quad > 1) {
        bytes.write(bits >> (8 - 2 * quad));
      }
      if (quad == 4) {
        quad = 0;
        bits = 0;
      }
    }
    return bytes.toByteArray();
  }
}
