package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.StandardOutput;
import dev.pt2st.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Inputs and outputs that are not ordinary files. Each error is one sentence that names the file.
 */
class FilesTest {
  @TempDir Path temporary;

  private Path input;
  private Path output;

  @BeforeEach
  void copyASample() throws IOException {
    input = Files.copy(Samples.checkpoint("zip_basic.pt"), temporary.resolve("in.pt"));
    output = temporary.resolve("out.safetensors");
  }

  /** A report that was cut off must not look like a whole one. */
  @ParameterizedTest
  @ValueSource(strings = {"scan", "inspect", "sbom", "checksum"})
  void aReportThatTheDiskHasNoRoomForIsAFailure(String command) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new StandardOutput(full),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            80);
    assertThat(Main.run(terminal, command, input.toString())).isEqualTo(ExitCode.FAILED.code());
    assertThat(err)
        .hasToString("pt2st: stdout: not all of it could be written: No space left on device\n");
  }

  @Test
  void aMissingInput() throws IOException {
    Path missing = temporary.resolve("missing.pt");
    assertFails(missing, output, missing + ": there is no such file");
  }

  @Test
  void aLinkToAMissingInput() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("link.pt"), Path.of("missing.pt"));
    assertFails(link, output, link + ": there is no such file");
  }

  @Test
  void aDirectoryAsInput() throws IOException {
    assertFails(
        temporary,
        output,
        temporary
            + ": is a directory; to convert every checkpoint in it: pt2st migrate "
            + temporary);
  }

  @Test
  void aPipeAsInputIsNotWaitedFor() throws Exception {
    Path pipe = pipe("in.fifo");
    assertFails(pipe, output, pipe + ": is not a regular file");
  }

  @Test
  void anInputThatMayNotBeRead() throws IOException {
    Files.setPosixFilePermissions(input, Set.of());
    assumeFalse(Files.isReadable(input), "skipped: this user may read everything");
    assertFails(input, output, input + ": access is denied");
  }

  @Test
  void anOutputInAMissingDirectory() throws IOException {
    Path directory = temporary.resolve("missing");
    assertFails(
        input,
        directory.resolve("out.safetensors"),
        directory.resolve("out.safetensors")
            + ": there is no directory "
            + directory
            + " to write into");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPipeAsOutputIsNotWaitedFor(boolean overwrite) throws Exception {
    Path pipe = pipe("out.fifo");
    assertFails(input, pipe, pipe + ": is not a regular file", options(overwrite));
  }

  @Test
  void anOutputInADirectoryThatMayNotBeWrittenTo() throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("models"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(directory), "skipped: this user may write everywhere");
    Run run = Run.convert(input, directory.resolve("out.safetensors"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .startsWith("pt2st: " + directory)
        .doesNotContain(".tmp");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theInputAsOutput(boolean overwrite) throws IOException {
    assertFails(
        input,
        input,
        input + ": input and output are the same file; name another output",
        options(overwrite));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theInputAsOutputThroughASymbolicLink(boolean overwrite) throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), input);
    assertFails(
        input,
        link,
        link + ": input and output are the same file; name another output",
        options(overwrite));
    assertThat(link).isSymbolicLink();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theInputAsOutputThroughALinkedDirectory(boolean overwrite) throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("here"), temporary);
    assertFails(
        input,
        link.resolve("in.pt"),
        link.resolve("in.pt") + ": input and output are the same file; name another output",
        options(overwrite));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theInputAsOutputThroughAHardLink(boolean overwrite) throws IOException {
    Path link = Files.createLink(temporary.resolve("link"), input);
    assertFails(
        input,
        link,
        link + ": input and output are the same file; name another output",
        options(overwrite));
  }

  @Test
  void aNameWithSpacesAndLettersOfAnyScript() throws IOException {
    Path from = Files.move(input, temporary.resolve("mein Modell é 模型 🤗.pt"));
    Path to = temporary.resolve("наш выход.safetensors");
    Run run = Run.convert(from, to);
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith(to + ": 5 tensors");
    assertThat(to).exists();
  }

  @Test
  void aNameAsLongAsANameCanBe() {
    Path to = temporary.resolve("x".repeat(255));
    assertThat(Run.convert(input, to).code()).isZero();
    assertThat(to).exists();
  }

  @Test
  void theModeBitsAreThoseOfTheUmask() throws IOException {
    Path ordinary = Files.write(temporary.resolve("ordinary"), new byte[1]);
    Set<PosixFilePermission> expected = Files.getPosixFilePermissions(ordinary);
    assertThat(Run.convert(input, output).code()).isZero();
    assertThat(Files.getPosixFilePermissions(output)).isEqualTo(expected);
  }

  @Test
  void theInputIsNotTouched() throws IOException {
    assertThat(Run.convert(input, output).code()).isZero();
    assertThat(input).hasSameBinaryContentAs(Samples.checkpoint("zip_basic.pt"));
  }

  private static Object[] options(boolean overwrite) {
    return overwrite ? new Object[] {"--overwrite"} : new Object[0];
  }

  private Path pipe(String name) throws IOException, InterruptedException {
    Path pipe = temporary.resolve(name);
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(
        mkfifo.waitFor(Duration.ofSeconds(10)) && mkfifo.exitValue() == 0, "skipped: no mkfifo");
    return pipe;
  }

  /** One sentence, exit code 1, and the directory as it was. */
  private void assertFails(Path from, Path to, String sentence, Object... options)
      throws IOException {
    Set<Path> before = listing();
    Object[] args = Stream.concat(Stream.of(from, to), Stream.of(options)).toArray();
    Run run = Run.convert(args);
    assertThat(run.errLines()).containsExactly("pt2st: " + sentence);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(listing()).isEqualTo(before);
    if (Files.isReadable(input)) {
      assertThat(input).hasSameBinaryContentAs(Samples.checkpoint("zip_basic.pt"));
    }
  }

  private Set<Path> listing() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.collect(java.util.stream.Collectors.toSet());
    }
  }
}
