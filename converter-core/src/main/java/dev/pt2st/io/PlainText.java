package dev.pt2st.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Distinguishes text from binary data. */
public final class PlainText {
  /** How many of the first bytes are enough to tell. */
  public static final int START = 512;

  private static final int PIECE = 1 << 16;

  private static final boolean[] PLAIN = new boolean[256];

  static {
    for (int c = 0; c < 0x80; c++) {
      PLAIN[c] = c >= ' ' || "\t\n\r\f".indexOf(c) >= 0;
    }
  }

  private PlainText() {}

  /** Whether bytes are UTF-8 without control characters; the last character may be cut off. */
  public static boolean isText(byte[] first) {
    if (plain(first) == first.length) {
      return true;
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(first.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(first), text, false);
    return !result.isError()
        && text.flip().chars().noneMatch(c -> c < ' ' && "\t\n\r\f".indexOf(c) < 0);
  }

  /** Whether a whole file is such text. */
  public static boolean isTextToEnd(MappedFile file) {
    CharsetDecoder decoder = null;
    CharBuffer text = CharBuffer.allocate(0);
    long at = 0;
    while (at < file.size()) {
      byte[] piece = file.start(at, PIECE);
      int plain = plain(piece);
      if (plain == piece.length) {
        at += plain;
        continue;
      }
      if (decoder == null) {
        decoder = StandardCharsets.UTF_8.newDecoder();
        text = CharBuffer.allocate((int) Math.min(PIECE, file.size()));
      }
      boolean isLast = at + piece.length == file.size();
      ByteBuffer bytes = ByteBuffer.wrap(piece, plain, piece.length - plain);
      text.clear();
      decoder.reset();
      if (decoder.decode(bytes, text, isLast).isError()) {
        return false;
      }
      char[] chars = text.array();
      for (int i = 0; i < text.position(); i++) {
        if (chars[i] < ' ' && "\t\n\r\f".indexOf(chars[i]) < 0) {
          return false;
        }
      }
      // A character may be cut off at the end of a piece.
      at += bytes.position();
    }
    return true;
  }

  /** How many of the first bytes are ASCII without control characters. */
  private static int plain(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && PLAIN[bytes[at] & 0xff]) {
      at++;
    }
    return at;
  }
}
