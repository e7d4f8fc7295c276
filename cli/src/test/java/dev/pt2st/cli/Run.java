package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a command line that ran in this process ended with and printed. */
public record Run(int code, String out, String err) {

  /** Runs with streams that are not a terminal. */
  static Run of(Object... args) {
    return on(false, 80, args);
  }

  /** Runs in an environment, with streams that are not a terminal. */
  static Run in(Map<String, String> environment, Object... args) {
    return on(false, 80, environment, args);
  }

  /** Runs {@code convert} with streams that are not a terminal. */
  public static Run convert(Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = "convert";
    System.arraycopy(args, 0, all, 1, args.length);
    return of(all);
  }

  /** Runs a {@code convert} that must end well and say nothing on stderr. */
  public static Run done(Object... args) {
    Run run = convert(args);
    assertThat(run.err).isEmpty();
    assertThat(run.code).isZero();
    return run;
  }

  /** Runs where a person looks on. */
  static Run onTerminal(int width, Object... args) {
    return on(true, width, args);
  }

  /** Streams that lead nowhere. */
  public static Terminal terminal() {
    PrintStream nowhere = stream(new ByteArrayOutputStream());
    return new Terminal(nowhere, nowhere, false, false, 80);
  }

  private static Run on(boolean interactive, int width, Object... args) {
    return on(interactive, width, Map.of(), args);
  }

  private static Run on(
      boolean interactive, int width, Map<String, String> environment, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal plain = new Terminal(stream(out), stream(err), interactive, interactive, width);
    Terminal terminal = environment.isEmpty() ? plain : plain.withEnvironment(environment);
    int code = Main.run(terminal, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }

  /** The lines on stdout. */
  public List<String> outLines() {
    return out.lines().toList();
  }

  /** The lines on stderr. */
  public List<String> errLines() {
    return err.lines().toList();
  }

  /** Stdout as the one JSON object that it must be. */
  public JsonObject json() {
    return JsonParser.parseString(out).getAsJsonObject();
  }
}
