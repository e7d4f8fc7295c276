package dev.pt2st.migrate.lines;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines that end with a line feed; what follows the last one counts for nothing, and so does what
 * is longer than any line that is worth the heap it takes.
 */
public final class LineReader {
  private final int longest;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 13];
  private int from;
  private int to;
  private long position;

  /**
   * @param longest line that is read; of one that is longer, which counts for nothing, an empty
   *     text is given
   */
  public LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** How many bytes the lines read so far have. */
  public long position() {
    return position;
  }

  /** The next line; null at the end. */
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
