package dev.pt2st.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/** Stdout that records whether everything could be written. */
public final class StandardOutput extends PrintStream {
  private static final int BUFFER = 8 << 10;

  private final Watched watched;

  /** Writes to a stream, in the charset of stdout. */
  public StandardOutput(OutputStream to) {
    this(new Watched(to), System.out.charset());
  }

  private StandardOutput(Watched watched, Charset charset) {
    super(new BufferedOutputStream(watched, BUFFER), true, charset);
    this.watched = watched;
  }

  /** The stdout of this process. */
  static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** Records why a write failed, which a {@link PrintStream} hides. */
  private static final class Watched extends OutputStream {
    private final OutputStream to;
    private volatile String failure = "";

    Watched(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        to.write(bytes, offset, length);
      } catch (IOException e) {
        failure = String.valueOf(e.getMessage());
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      to.flush();
    }
  }

  /**
   * Why not everything could be written; empty if it was. A pipe's reader that closes early is not
   * a failure.
   */
  String failure() {
    String failure = watched.failure;
    return failure.toLowerCase(Locale.ROOT).contains("pipe") ? "" : failure;
  }
}
