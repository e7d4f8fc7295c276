package dev.pt2st.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/** Stdout, of which it is known in the end whether all of it could be written. */
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

  /** That of this process. */
  static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** Keeps why a write failed, which a {@link PrintStream} keeps to itself. */
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
   * Why not all of it could be written; empty if it could. The reader of a pipe may go away when it
   * has read enough, which is no failure.
   */
  String failure() {
    String failure = watched.failure;
    return failure.toLowerCase(Locale.ROOT).contains("pipe") ? "" : failure;
  }
}
