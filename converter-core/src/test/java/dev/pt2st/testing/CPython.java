package dev.pt2st.testing;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One process of CPython that unpickles streams, with classes that only record. */
public final class CPython implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of("converter-core/src/test/resources/dev/pt2st/pickle/record_unpickle.py");

  private final PythonProcess process;
  private final Gson gson = new Gson();
  private final int highestProtocol;

  /**
   * What came of a stream.
   *
   * @param globals module and name of each that was asked for, in this order
   * @param value the text of the value, as {@link GraphText}; null after an error
   * @param end where its STOP ends
   * @param error null where there is a value
   */
  public record Outcome(
      List<List<String>> globals, @Nullable String value, long end, @Nullable String error) {}

  /** What both machines of CPython make of a stream: that in C, and that in Python. */
  public record Answer(Outcome c, Outcome python) {}

  private CPython(Path interpreter) throws IOException {
    this.process = new PythonProcess(interpreter, SCRIPT);
    this.highestProtocol = Integer.parseInt(process.greeting());
  }

  /** The interpreter that the environment names, or the first on the path; empty without one. */
  public static Optional<Path> interpreter() {
    Map<String, String> environment = System.getenv();
    List<Path> candidates = new ArrayList<>();
    if (environment.containsKey("PT2ST_PYTHON")) {
      candidates.add(Path.of(environment.get("PT2ST_PYTHON")));
    }
    Stream.of(environment.getOrDefault("PATH", "").split(java.io.File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .forEach(folder -> candidates.add(Path.of(folder, "python3")));
    return candidates.stream().filter(Files::isExecutable).findFirst();
  }

  /** Starts it. */
  public static CPython start(Path interpreter) {
    try {
      return new CPython(interpreter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The highest protocol that it knows. */
  public int highestProtocol() {
    return highestProtocol;
  }

  /** Has a stream unpickled. */
  public Answer unpickle(byte[] stream) {
    try {
      String line = process.ask(stream);
      if (line == null) {
        throw new IllegalStateException("Python has ended");
      }
      return gson.fromJson(line, Answer.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
