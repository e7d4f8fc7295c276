package dev.pt2st.testing;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process of CPython that answers streams with lines: a stream is its length as a little-endian
 * 32-bit number, then its bytes. When all is ready it says a first line.
 */
final class PythonProcess implements AutoCloseable {
  private final Process process;
  private final OutputStream in;
  private final BufferedReader out;
  private final String greeting;

  /**
   * Starts it, and waits until it is ready.
   *
   * @param script below the root of the repository
   */
  PythonProcess(Path interpreter, Path script) throws IOException {
    this.process =
        new ProcessBuilder(
                interpreter.toString(), "-I", "-B", Corpus.root().resolve(script).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    this.in = new BufferedOutputStream(process.getOutputStream());
    this.out = process.inputReader(StandardCharsets.US_ASCII);
    String first = out.readLine();
    if (first == null) {
      throw new IOException(interpreter + " does not run " + script);
    }
    this.greeting = first;
  }

  /** Its first line. */
  String greeting() {
    return greeting;
  }

  /** The line that a stream is answered with; null if the process has ended. */
  @Nullable String ask(byte[] stream) throws IOException {
    in.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(stream.length).array());
    in.write(stream);
    in.flush();
    return out.readLine();
  }

  /** Ends it at once, whatever it does. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    try {
      in.close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
