package dev.pt2st.cli.terminal;

import java.io.IOException;
import java.io.Writer;

/**
 * Passes JSON to another writer. JSON allows characters that control a terminal, and unpaired
 * surrogates, which cannot be encoded. These are written as equivalent escapes.
 */
public final class PrintableJson extends Writer {
  private final Writer out;

  /** A high surrogate whose low surrogate is still to come; else 0. */
  private char high;

  public PrintableJson(Writer out) {
    this.out = out;
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    int end = offset + length;
    int start = offset;
    for (int i = offset; i < end; i++) {
      char c = text[i];
      if (high == 0 && (c == '\n' || (c >= ' ' && c <= '~'))) {
        continue; // nearly all characters
      }
      out.write(text, start, i - start);
      start = i + 1;
      writeRare(c);
    }
    out.write(text, start, end - start);
  }

  private void writeRare(char c) throws IOException {
    if (high != 0 && Character.isLowSurrogate(c)) {
      int codePoint = Character.toCodePoint(high, c);
      if (isObeyed(Character.getType(codePoint))) {
        escape(high);
        escape(c);
      } else {
        out.write(Character.toString(codePoint));
      }
      high = 0;
      return;
    }
    flushHalf();
    if (Character.isHighSurrogate(c)) {
      high = c;
    } else if (c != '\n' && isObeyed(Character.getType(c))) {
      escape(c);
    } else {
      out.write(c);
    }
  }

  private static boolean isObeyed(int type) {
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private void flushHalf() throws IOException {
    if (high != 0) {
      escape(high);
      high = 0;
    }
  }

  private void escape(char c) throws IOException {
    out.write(String.format("\\u%04x", (int) c));
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    flushHalf();
    out.close();
  }
}
