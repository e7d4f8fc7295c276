package dev.pt2st.archive.compression;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * All members of a gzip file as one stream (RFC 1952, section 2.2). Zeros after the last one fill a
 * block of a tape or a download; gzip(1) and Python skip them. Anything else there is an error, and
 * so are zeros between two members: gzip(1) would end there and Python go on.
 */
final class GzipMembers extends InputStream {
  /** A member takes back what it has read too much of it, so that it ends where the member ends. */
  private final BufferedInputStream in;

  private @Nullable InputStream member;

  GzipMembers(InputStream in) throws IOException {
    this.in = new BufferedInputStream(in);
    this.member = next();
  }

  private InputStream next() throws IOException {
    return GzipCompressorInputStream.builder().setInputStream(in).get();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (member != null) {
      int count = member.read(target, offset, length);
      if (count >= 0) {
        return count;
      }
      member = isAtEnd() ? null : next();
    }
    return -1;
  }

  /** Whether nothing but padding is left, which is skipped. */
  private boolean isAtEnd() throws IOException {
    in.mark(1);
    int first = in.read();
    if (first > 0) {
      in.reset();
      return false;
    }
    int rest = first;
    while (rest == 0) {
      rest = in.read();
    }
    if (rest > 0) {
      throw new IOException("something other than zeros after the last member");
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    if (member != null) {
      member.close();
    }
    in.close();
  }
}
