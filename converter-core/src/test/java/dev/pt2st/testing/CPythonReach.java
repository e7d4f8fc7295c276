package dev.pt2st.testing;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process of CPython that tells which globals its unpicklers ask for, importing none. */
public final class CPythonReach implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of("converter-core/src/test/resources/dev/pt2st/scan/reach_unpickle.py");

  private static final TypeToken<List<List<String>>> NAMES = new TypeToken<>() {};

  private final Path interpreter;
  private final Gson gson = new Gson();
  private Process process;
  private OutputStream in;
  private BufferedReader out;
  private long lost;

  private CPythonReach(Path interpreter) throws IOException {
    this.interpreter = interpreter;
    this.process = launch();
    this.in = new BufferedOutputStream(process.getOutputStream());
    this.out = process.inputReader(StandardCharsets.US_ASCII);
    ready();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            interpreter.toString(), "-I", "-B", Corpus.root().resolve(SCRIPT).toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void ready() throws IOException {
    if (out.readLine() == null) {
      throw new IOException(interpreter + " does not run " + SCRIPT);
    }
  }

  /** Starts it. */
  public static CPythonReach start(Path interpreter) {
    try {
      return new CPythonReach(interpreter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The module and the name of each global that one of the machines asks for. */
  public List<List<String>> reached(byte[] stream) {
    try {
      in.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(stream.length).array());
      in.write(stream);
      in.flush();
      String line = out.readLine();
      if (line != null) {
        return gson.fromJson(line, NAMES);
      }
    } catch (IOException e) {
      // It has ended, as it does when a stream crashes the machine.
    }
    lost++;
    restart();
    return List.of();
  }

  private void restart() {
    try {
      process.destroyForcibly();
      process = launch();
      in = new BufferedOutputStream(process.getOutputStream());
      out = process.inputReader(StandardCharsets.US_ASCII);
      ready();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many streams ended the process, so that nothing is known of them. */
  public long lost() {
    return lost;
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
