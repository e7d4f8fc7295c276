package dev.pt2st.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts programs as a shell would, above all {@code cli/bin/pt2st}. */
final class Launcher {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private Launcher() {}

  /** The launcher of this repository. */
  static Path script() {
    return Samples.root().resolve("cli/bin/pt2st");
  }

  /**
   * What a process ended with.
   *
   * @param output both streams, in the order in which they were written
   */
  record Ended(int code, String output) {
    List<String> lines() {
      return output.lines().toList();
    }

    /**
     * Whether a signal came in the moment in which JDK 25 ends with 1 and "Bad level: 3" instead of
     * the signal's code: its own start is not over, and nothing of the program has run.
     */
    boolean stoppedAsItStarted() {
      return code == 1 && output.contains("Error occurred during initialization of VM");
    }
  }

  /** What a test waits for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /** A process whose output goes to a file, so that it is never held up. */
  record Started(Process process, Path log) {
    String soFar() throws IOException {
      return Files.readString(log);
    }

    /** Sends a signal; the launcher becomes the JVM, so the process that was started gets it. */
    void signal(String name) throws IOException, InterruptedException {
      if (!signalIfRunning(name)) {
        throw new AssertionError("there is no process " + process.pid() + " any more");
      }
    }

    /** The same of a process that may have ended meanwhile; false if it has. */
    boolean signalIfRunning(String name) throws IOException, InterruptedException {
      Path folder = Path.of("").toAbsolutePath();
      return run(folder, "kill", "-s", name, process.pid()).code() == 0;
    }

    /** Waits until something is true, which must be so before the process ends. */
    void awaitWhileRunning(Condition condition) throws IOException {
      long start = System.nanoTime();
      while (!condition.holds()) {
        if (!process.isAlive()) {
          throw new AssertionError("ended already: " + soFar());
        }
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new AssertionError("not so after " + PATIENCE);
        }
        Thread.onSpinWait();
      }
    }

    Ended await() throws IOException, InterruptedException {
      try {
        if (!process.waitFor(PATIENCE)) {
          throw new AssertionError("still running after " + PATIENCE);
        }
        return new Ended(process.exitValue(), Files.readString(log));
      } finally {
        process.destroyForcibly().waitFor();
        Files.delete(log);
      }
    }
  }

  /** Starts a command in a folder. */
  static Started start(Path folder, Map<String, String> environment, Object... command)
      throws IOException {
    List<String> words = new ArrayList<>();
    Arrays.stream(command).forEach(word -> words.add(word.toString()));
    Path log = Files.createTempFile("pt2st", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    // The Java of this test is new enough, and the one that the launcher would find may not be.
    builder.environment().putIfAbsent("PT2ST_JAVA_HOME", System.getProperty("java.home"));
    return new Started(builder.start(), log);
  }

  /** Starts {@code convert} so that it hears every signal. */
  static Started startConversion(Path folder, Map<String, String> environment, Object... arguments)
      throws IOException, InterruptedException {
    return startCommand("convert", folder, environment, arguments);
  }

  /** Starts a command of the launcher so that it hears every signal. */
  static Started startCommand(
      String name, Path folder, Map<String, String> environment, Object... arguments)
      throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>();
    // A shell starts what runs in the background deaf to SIGINT, and a build may run there.
    if (succeeds(folder, "env", "--default-signal", "true")) {
      command.addAll(List.of("env", "--default-signal"));
    }
    command.addAll(List.of(script(), name));
    command.addAll(Arrays.asList(arguments));
    return start(folder, environment, command.toArray());
  }

  /** The bytes of all files in a folder. */
  static long bytesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Runs a command in a folder to its end. */
  static Ended run(Path folder, Object... command) throws IOException, InterruptedException {
    return start(folder, Map.of(), command).await();
  }

  /** Whether a command can be run here and ends well. */
  static boolean succeeds(Path folder, Object... command) throws InterruptedException {
    try {
      return run(folder, command).code() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  /** Removes the symbolic links below a folder. */
  static void removeLinks(Path folder) throws IOException {
    List<Path> links;
    try (Stream<Path> files = Files.walk(folder)) {
      links = files.filter(Files::isSymbolicLink).toList();
    }
    for (Path link : links) {
      Files.delete(link);
    }
  }
}
