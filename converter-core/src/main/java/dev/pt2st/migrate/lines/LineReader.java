package dev.pt2st.migrate.lines;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that end with a line feed. Text after the last line feed is ignored, and so are lines
 * that are too long for the heap.
 */
public final class LineReader {
  private final int longest;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 13];
  private int from;
  private int to;
  private long position;

  /**
   * @param longest the longest line in bytes; a longer one is returned as an empty text
   */
  public LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** The number of bytes in the lines that have been read. */
  public long position() {
    return position;
  }

  /** Reads the next line; null at the end. */
  public @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    while (true) {
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      length += end - from;
      if (length > longest) {
        line = new ByteArrayOutputStream();
      } else {
        line.write(buffer, from, end - from);
      }
      if (end < to) {
        from = end + 1;
        position += length + 1;
        return line.toString(StandardCharsets.UTF_8);
      }
      from = 0;
      to = in.read(buffer);
      if (to < 0) {
        to = 0;
        return null;
      }
    }
  }
}
