package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real launcher while it unpacks: whatever happens then, nothing is left of it. */
class UnpackingIT {
  private static final int FLOATS = 150_000_000;

  @TempDir static Path inputs;

  @TempDir Path temporary;

  /** A checkpoint of 600 MB in a gzip of less than one. */
  private static Path input;

  @BeforeAll
  static void compress() throws IOException {
    Path plain = inputs.resolve("in.pt");
    new CheckpointWriter(FLOATS).tensor("w").writeSparse(plain);
    input = inputs.resolve("in.pt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(input), 1 << 16)) {
      Files.copy(plain, out);
    }
    Files.delete(plain);
  }

  /** Starts a conversion and waits until some of its input is unpacked. */
  private Launcher.Started startAndAwaitTheMiddle(Path folder, Map<String, String> environment)
      throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "skipped: open files are not shown");
    Launcher.Started started =
        Launcher.startConversion(temporary, environment, input, folder.resolve("out.safetensors"));
    Path descriptors = Path.of("/proc/" + started.process().pid() + "/fd");
    started.awaitWhileRunning(() -> isUnpacking(descriptors, folder));
    return started;
  }

  /** Whether a process has an open file in a folder that has lost its name and has bytes. */
  private static boolean isUnpacking(Path descriptors, Path folder) throws IOException {
    try (Stream<Path> open = Files.list(descriptors)) {
      return open.anyMatch(descriptor -> {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          return target.startsWith(folder + "/.pt2st-")
              && target.endsWith(" (deleted)")
              && Files.size(descriptor) > 0;
        } catch (IOException e) {
          return false; // closed by now
        }
      });
    }
  }

  /** The scratch file has no name, so that nothing is left of it even where nobody can clear up. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "KILL, 137"})
  void aSignalLeavesNothingBehind(String signal, int code) throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("models"));
    Launcher.Started started = startAndAwaitTheMiddle(folder, Map.of());
    started.signal(signal);
    assertThat(started.await().code()).isEqualTo(code);
    assertThat(folder).isEmptyDirectory();
  }

  /** The bar comes after a second, of which the unpacking is made to spend most asleep. */
  @Test
  void onATerminalABarShowsTheUnpacking() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("models"));
    String terminal = "-Dpt2st.err.terminal=true -Dpt2st.columns=60";
    Launcher.Started started = startAndAwaitTheMiddle(folder, Map.of("PT2ST_JAVA_OPTS", terminal));
    started.signal("STOP");
    Thread.sleep(Duration.ofMillis(1100));
    started.signal("CONT");
    Launcher.Ended ended = started.await();
    assertThat(ended.code()).isZero();
    List<String> states = List.of(ended.output().split("\r", -1));
    assertThat(states.get(1)).matches("unpacking in\\.pt\\.gz +\\d+% \\[.*\\] .*").hasSize(59);
    assertThat(ended.output().substring(0, ended.output().lastIndexOf('\r')))
        .endsWith("\r" + " ".repeat(59));
  }

  /** A test with a disk of 16 MB. */
  @FunctionalInterface
  private interface OnDisk {
    void run(Path disk) throws Exception;
  }

  private void withSmallDisk(OnDisk test) throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    assumeTrue(
        Launcher.succeeds(temporary, "mount", "-t", "tmpfs", "-o", "size=16m", "pt2st", disk),
        "skipped: this user may not mount a small file system");
    try {
      test.run(disk);
    } finally {
      Launcher.run(temporary, "umount", disk);
    }
  }

  private static void assertFull(Launcher.Ended ended, Path where) {
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .startsWith(
            "pt2st: " + where + ": the disk is full: " + input + " unpacks to more than the ")
        .endsWith("MB that there was room for; make room");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingBehind() throws Exception {
    withSmallDisk(disk -> {
      Path output = disk.resolve("out.safetensors");
      assertFull(Launcher.run(temporary, Launcher.script(), "convert", input, output), output);
      assertThat(disk).isEmptyDirectory();
    });
  }

  /** What writes no output unpacks to the folder for temporary files, and TMPDIR says which. */
  @Test
  void aFullFolderForTemporaryFilesIsSaid() throws Exception {
    withSmallDisk(disk -> {
      assertFull(dryRun(disk), disk);
      assertThat(disk).isEmptyDirectory();
    });
  }

  @Test
  void aFolderForTemporaryFilesThatIsNotThereIsSaid() throws Exception {
    Path nowhere = temporary.resolve("nowhere");
    Launcher.Ended ended = dryRun(nowhere);
    assertThat(ended.lines())
        .containsExactly(
            "pt2st: " + nowhere + ": no temporary file can be made there; make room or set TMPDIR");
    assertThat(ended.code()).isEqualTo(1);
  }

  private Launcher.Ended dryRun(Path folderForTemporaryFiles) throws Exception {
    return Launcher.start(
            temporary,
            Map.of("TMPDIR", folderForTemporaryFiles.toString()),
            Launcher.script(),
            "convert",
            input,
            "out.safetensors",
            "--dry-run")
        .await();
  }

  /** As in a container whose file system is for reading only. */
  @ParameterizedTest
  @CsvSource({"convert, 1", "scan, 3"})
  void nativeCodeThatCannotBeUnpackedIsSaid(String command, int code) throws Exception {
    String nowhere = "-DZstdTempFolder=" + temporary.resolve("none");
    Path zstd = Samples.checkpoint("wrapped_zstd.pt.zst");
    Launcher.Ended ended =
        Launcher.start(
                temporary,
                Map.of("PT2ST_JAVA_OPTS", nowhere),
                Launcher.script(),
                command,
                zstd,
                command.equals("scan") ? "-q" : "out.safetensors")
            .await();
    assertThat(ended.code()).isEqualTo(code);
    assertThat(ended.output())
        .contains("needs native code, which could not be unpacked or loaded")
        .doesNotContain("Exception");
  }
}
