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

  private PlainText() {}

  /** Whether bytes are UTF-8 without control characters; the last character may be cut off. */
  public static boolean isText(byte[] first) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(first.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(first), text, false);
    return !result.isError()
        && text.flip().chars().noneMatch(c -> c < ' ' && "\t\n\r\f".indexOf(c) < 0);
  }
}
