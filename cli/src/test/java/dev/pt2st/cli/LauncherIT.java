package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real launcher with the real jar, as a user starts them. */
class LauncherIT {
  private static final int GIGABYTE_OF_FLOATS = 250_000_000;

  @TempDir Path temporary;

  @AfterEach
  void removeLinks() throws IOException {
    Launcher.removeLinks(temporary); // JUnit warns of those that lead out of its folder
  }

  @Test
  void itWorksFromAnotherFolder() throws Exception {
    Launcher.Ended ended =
        Launcher.run(
            temporary, Launcher.script(), "convert", sample("zip_basic.pt"), "out.safetensors");
    assertThat(ended.output()).startsWith("out.safetensors: 5 tensors, 875 B in ");
    assertThat(ended.code()).isZero();
    assertThat(temporary.resolve("out.safetensors")).hasSize(875);
  }

  @Test
  void itWorksThroughLinksToTheScript() throws Exception {
    Path first = Files.createSymbolicLink(temporary.resolve("first"), Launcher.script());
    Path folder = Files.createDirectory(temporary.resolve("a folder"));
    Files.createSymbolicLink(folder.resolve("second"), Path.of("../first"));
    assertThat(first).isSymbolicLink();
    assertVersion(Launcher.run(temporary, folder.resolve("second"), "--version"));
    assertVersion(Launcher.run(folder, "./second", "--version"));
  }

  @Test
  void itWorksThroughALinkToItsFolder() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), Launcher.script().getParent());
    assertVersion(Launcher.run(temporary, link.resolve("pt2st"), "--version"));
  }

  private static void assertVersion(Launcher.Ended ended) {
    assertThat(ended.lines()).singleElement().asString().startsWith("pt2st ");
    assertThat(ended.code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, checkpoints/zip_basic.pt",
    "1, checkpoints/bad_truncated.pt",
    "2, --no-such-option",
    "3, hostile/zip_os_system.pt"
  })
  void itPassesTheExitCode(int code, String input) throws Exception {
    Object in = input.startsWith("-") ? input : Samples.root().resolve("samples").resolve(input);
    Launcher.Ended ended = Launcher.run(temporary, Launcher.script(), "convert", in, "out");
    assertThat(ended.code()).isEqualTo(code);
  }

  @Test
  void inTheCLocaleFileNamesMayHaveAnyLetter() throws Exception {
    Files.copy(sample("zip_basic.pt"), temporary.resolve("modèle.pt"));
    Map<String, String> environment = Map.of("LC_ALL", "C");
    Launcher.Started started =
        Launcher.start(
            temporary, environment, Launcher.script(), "convert", "modèle.pt", "вес.safetensors");
    assertThat(started.await().output()).startsWith("вес.safetensors: 5 tensors");
  }

  /** The start that could not make the JVM's cache may have lacked memory; a later one may not. */
  @Test
  void aCacheThatCouldNotBeMadeIsTriedAgainLater() throws Exception {
    // There are no options for its training here, so that fails at once.
    Path script = copyOfTheLauncher();
    Path target = temporary.resolve("cli/target");
    Path jar =
        Files.copy(Samples.root().resolve("cli/target/pt2st.jar"), target.resolve("pt2st.jar"));
    FileTime threeHoursAgo = FileTime.from(Instant.now().minus(Duration.ofHours(3)));
    FileTime twoHoursAgo = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    Files.setLastModifiedTime(jar, threeHoursAgo);
    List<Path> failed = new ArrayList<>();
    for (String version : List.of("java.vendor.version", "java.version")) {
      Path cache = target.resolve("pt2st-" + System.getProperty(version) + ".aot");
      failed.add(Files.setLastModifiedTime(Files.createFile(cache), twoHoursAgo));
    }

    Launcher.Ended ended = Launcher.run(temporary, script, "--version");

    assertThat(ended.code()).isZero();
    Instant end = Instant.now().plus(Launcher.PATIENCE);
    while (!isAnyNewer(failed, twoHoursAgo)) {
      assertThat(Instant.now()).as("no new attempt").isBefore(end);
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  /** A first start in a folder for temporary files, which goes before the JVM's cache is made. */
  @Test
  void aCacheIsMadeThoughTheFolderOfTheStartGoes() throws Exception {
    Path script = copyOfTheLauncher();
    Path options = Path.of("cli/src/build/training.options");
    Files.createDirectories(temporary.resolve(options).getParent());
    Files.copy(Samples.root().resolve(options), temporary.resolve(options));
    Path target = temporary.resolve("cli/target");
    Files.copy(Samples.root().resolve("cli/target/pt2st.jar"), target.resolve("pt2st.jar"));

    String command = "mkdir gone && cd gone && \"$0\" --version && cd .. && rmdir gone";
    Launcher.Ended ended = Launcher.run(temporary, "sh", "-c", command, script);

    assertThat(ended.code()).isZero();
    Instant end = Instant.now().plus(Launcher.PATIENCE);
    List<Path> made = List.of();
    while (made.size() != 1 || made.getFirst().toString().endsWith(".making")) {
      assertThat(Instant.now()).as("no cache").isBefore(end);
      Thread.sleep(Duration.ofMillis(50));
      try (Stream<Path> files = Files.list(target)) {
        made = files.filter(file -> file.toString().contains(".aot")).toList();
      }
    }
    assertThat(made.getFirst()).isNotEmptyFile();
  }

  /** The launcher in a tree of its own, with an empty folder for what is built. */
  private Path copyOfTheLauncher() throws IOException {
    Path bin = Files.createDirectories(temporary.resolve("cli/bin"));
    Files.createDirectories(temporary.resolve("cli/target"));
    Path script = Files.copy(Launcher.script(), bin.resolve("pt2st"));
    assumeTrue(script.toFile().setExecutable(true), "skipped: no file can be made executable");
    Files.createSymbolicLink(temporary.resolve("samples"), Samples.root().resolve("samples"));
    return script;
  }

  private static boolean isAnyNewer(List<Path> files, FileTime time) throws IOException {
    for (Path file : files) {
      // The new one is moved into place, so there is one all the time; the folder it was in goes
      // last.
      if (Files.getLastModifiedTime(file).compareTo(time) > 0
          && !Files.exists(Path.of(file + ".making"))) {
        return true;
      }
    }
    return false;
  }

  /** The JVM of another program may have a locale in which a name cannot be written. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "sarif", "html"})
  void aNameThatTheLocaleCannotWriteIsScanned(String format) throws Exception {
    Files.copy(sample("zip_basic.pt"), temporary.resolve("modèle.pt"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jar = Samples.root().resolve("cli/target/pt2st.jar");
    Launcher.Started started =
        Launcher.start(
            temporary,
            Map.of("LC_ALL", "C"),
            java,
            "-jar",
            jar,
            "scan",
            "--digest",
            "--format",
            format,
            ".");
    Launcher.Ended ended = started.await();
    assertThat(ended.code()).isZero();
    assertThat(ended.output()).contains("mod").doesNotContain("internal error");
  }

  @Test
  void withoutANewJavaItSaysSoInOneSentence() throws Exception {
    Path nowhere = temporary.resolve("nowhere");
    Launcher.Ended ended =
        Launcher.run(
            temporary,
            "env",
            "-i",
            "PATH=/usr/bin:/bin",
            "PT2ST_JAVA_HOME=" + nowhere,
            Launcher.script(),
            "--version");
    assertThat(ended.lines())
        .containsExactly(
            "pt2st: PT2ST_JAVA_HOME is "
                + nowhere
                + ", which has no Java 25 or newer: point it at one, or unset it to have one"
                + " looked for");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void theModeBitsFollowTheUmask() throws Exception {
    String command = "umask 027; \"$0\" convert \"$1\" out.safetensors";
    Launcher.run(temporary, "sh", "-c", command, Launcher.script(), sample("zip_basic.pt"));
    assertThat(Files.getPosixFilePermissions(temporary.resolve("out.safetensors")))
        .hasToString("[OWNER_READ, OWNER_WRITE, GROUP_READ]");
  }

  /** A signal in the middle of a conversion of 1 GB: neither the output nor a part of it stays. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void aSignalLeavesNothingBehind(String signal, int code) throws Exception {
    Path input = gigabyte();
    Path folder = Files.createDirectory(temporary.resolve("models"));
    Launcher.Ended ended = signalInTheMiddle(input, folder, signal);
    assertThat(ended.code()).isEqualTo(code);
    assertThat(folder).isEmptyDirectory();
  }

  /** Nothing can be done about SIGKILL, but what it leaves has no name that could be mistaken. */
  @Test
  void aKillLeavesNothingUnderTheFinalName() throws Exception {
    Path input = gigabyte();
    Path folder = Files.createDirectory(temporary.resolve("models"));
    Launcher.Ended ended = signalInTheMiddle(input, folder, "KILL");
    assertThat(ended.code()).isEqualTo(137);
    assertThat(folder.resolve("out.safetensors")).doesNotExist();
    assertThat(folder).isDirectoryContaining("glob:**/.pt2st-*.tmp");
  }

  private Launcher.Ended signalInTheMiddle(Path input, Path folder, String signal)
      throws Exception {
    Launcher.Started started = startAndAwaitTheMiddle(input, folder, Map.of());
    started.signal(signal);
    return started.await();
  }

  /** The bar comes after a second, of which the conversion is made to spend most asleep. */
  @ParameterizedTest
  @CsvSource({"'', 0", "INT, 130"})
  void onATerminalThereIsABarAndThenNone(String signal, int code) throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("models"));
    String terminal = "-Dpt2st.err.terminal=true -Dpt2st.columns=60";
    Launcher.Started started =
        startAndAwaitTheMiddle(gigabyte(), folder, Map.of("PT2ST_JAVA_OPTS", terminal));
    Pattern part = Pattern.compile("\\d%");
    // A busy machine may copy all between two states of the bar, so the copy is held back until
    // there is one.
    for (int sleep = 1100; started.signalIfRunning("STOP"); sleep = 200) {
      Thread.sleep(Duration.ofMillis(sleep));
      started.signal("CONT");
      Thread.sleep(Duration.ofMillis(20));
      if (part.matcher(started.soFar()).find()) {
        break;
      }
    }
    if (!signal.isEmpty()) {
      started.signal(signal);
    }
    Launcher.Ended ended = started.await();
    assertThat(ended.code()).isEqualTo(code);
    // On a slow machine the plan takes a second too, and how much there is to copy is not known.
    List<String> states =
        Stream.of(ended.output().split("\r", -1))
            .filter(state -> !state.matches("in\\.pt +\\? % .*"))
            .toList();
    assertThat(states.get(1)).matches("in\\.pt +\\d+% \\[.*\\] +\\d+/1000 MB .*").hasSize(59);
    assertThat(ended.output().substring(0, ended.output().lastIndexOf('\r')))
        .endsWith("\r" + " ".repeat(59));
  }

  private Launcher.Started startAndAwaitTheMiddle(
      Path input, Path folder, Map<String, String> environment) throws Exception {
    Launcher.Started started =
        Launcher.startConversion(temporary, environment, input, folder.resolve("out.safetensors"));
    started.awaitWhileRunning(() -> Launcher.bytesIn(folder) > 0);
    return started;
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingBehind() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    assumeTrue(
        Launcher.succeeds(temporary, "mount", "-t", "tmpfs", "-o", "size=16m", "pt2st", disk),
        "skipped: this user may not mount a small file system");
    try {
      Path output = disk.resolve("out.safetensors");
      Launcher.Ended ended =
          Launcher.run(temporary, Launcher.script(), "convert", gigabyte(), output);
      assertThat(ended.lines())
          .singleElement()
          .asString()
          .startsWith(
              "pt2st: " + output + ": the disk is full: the output needs 1.0 GB in all and ")
          .endsWith("make room");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(disk).isEmptyDirectory();
    } finally {
      Launcher.run(temporary, "umount", disk);
    }
  }

  @Test
  void aLimitOnTheSizeOfFilesIsSaidAndLeavesNothingBehind() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("models"));
    Path output = folder.resolve("out.safetensors");
    String command = "ulimit -f 20000 && exec \"$0\" convert \"$1\" \"$2\"";
    Launcher.Ended ended =
        Launcher.run(temporary, "sh", "-c", command, Launcher.script(), gigabyte(), output);
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .startsWith("pt2st: " + output + ": ")
        .containsIgnoringCase("file too large");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSmallHeapIsEnoughForAGigabyte() throws Exception {
    Path output = temporary.resolve("out.safetensors");
    Launcher.Started started =
        Launcher.start(
            temporary,
            Map.of("PT2ST_JAVA_OPTS", "-Xmx64m"),
            Launcher.script(),
            "convert",
            gigabyte(),
            output);
    assertThat(started.await().code()).isZero();
    assertThat(output.toFile().length()).isGreaterThan(1_000_000_000);
  }

  private Path gigabyte() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(GIGABYTE_OF_FLOATS).tensor("w").writeSparse(input);
    return input;
  }

  private static Path sample(String name) {
    return Samples.checkpoint(name);
  }
}
