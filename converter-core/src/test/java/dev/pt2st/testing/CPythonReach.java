package dev.pt2st.testing;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A process of CPython that tells which globals its unpicklers ask for, importing none. */
public final class CPythonReach implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of("converter-core/src/test/resources/dev/pt2st/scan/reach_unpickle.py");

  private static final TypeToken<List<List<String>>> NAMES = new TypeToken<>() {};

  private final Path interpreter;
  private final Gson gson = new Gson();
  private PythonProcess process;
  private long lost;

  private CPythonReach(Path interpreter) throws IOException {
    this.interpreter = interpreter;
    this.process = new PythonProcess(interpreter, SCRIPT);
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
      String line = process.ask(stream);
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
      process.kill();
      process = new PythonProcess(interpreter, SCRIPT);
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
    process.close();
  }
}
