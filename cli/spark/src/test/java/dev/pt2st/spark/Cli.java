package dev.pt2st.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line, as a process of its own. */
final class Cli {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin/java");

  private Cli() {}

  /** What a run has printed, and its exit code. */
  record Run(int code, String out, String err) {}

  /** The words that start the program. */
  static List<String> program() {
    return List.of(
        JAVA.toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.pt2st.cli.Main");
  }

  /** A file that starts the program: that of a distribution if there is one, with its own Java. */
  static Path script(Path folder) throws IOException {
    String installed = System.getProperty("pt2st.program", "");
    if (!installed.isEmpty()) {
      return Path.of(installed);
    }
    Path script = folder.resolve("pt2st");
    Files.writeString(script, "#!/bin/sh\nexec '" + String.join("' '", program()) + "' \"$@\"\n");
    if (!script.toFile().setExecutable(true)) {
      throw new IOException(script + " cannot be made a program");
    }
    return script;
  }

  static Run run(Object... args) throws IOException, InterruptedException {
    return run(Map.of(), args);
  }

  static Run run(Map<String, String> environment, Object... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(program());
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path err = Files.createTempFile("pt2st", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }
}
