package dev.pt2st.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Tells texts from other bytes. */
public final class PlainText {
  /** So many first bytes tell. */
  public static final int START = 512;

  private static final int PIECE = 1 << 16;

  private PlainText() {}

  /** Whether bytes are UTF-8 without control characters; the last character may be cut off. */
  public static boolean isText(byte[] first) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(first.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(first), text, false);
    return !result.isError()
        && text.flip().chars().noneMatch(c -> c < ' ' && "\t\n\r\f".indexOf(c) < 0);
  }

  /** Whether all of a file is such text. */
  public static boolean isTextToEnd(MappedFile file) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(PIECE);
    long at = 0;
    while (at < file.size()) {
      byte[] piece = file.start(at, PIECE);
      boolean isLast = at + piece.length == file.size();
      ByteBuffer bytes = ByteBuffer.wrap(piece);
      text.clear();
      if (decoder.decode(bytes, text, isLast).isError()) {
        return false;
      }
      text.flip();
      for (int i = 0; i < text.limit(); i++) {
        char c = text.get(i);
        if (c < ' ' && "\t\n\r\f".indexOf(c) < 0) {
          return false;
        }
      }
      at += bytes.position();
    }
    return true;
  }
}
