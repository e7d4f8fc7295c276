package dev.pt2st.cli.report.scan;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * A reader that returns a limited number of characters before {@link #renew} is called, so that no
 * single text in them can fill the memory.
 */
final class PacedReader extends FilterReader {
  private static final int MOST = 1 << 24;

  private int left = MOST;

  PacedReader(Reader in) {
    super(in);
  }

  /** Notes that the characters read so far were processed. */
  void renew() {
    left = MOST;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (left == 0 && length > 0) {
      throw new BaselineReader.WrongReportException(
          "it has a text of over " + MOST + " characters");
    }
    int read = super.read(target, offset, Math.min(length, left));
    left -= Math.max(0, read);
    return read;
  }
}
