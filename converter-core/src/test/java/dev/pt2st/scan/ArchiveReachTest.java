package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.CPython;
import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a reader of Python gets out of an odd archive or compressed stream, a scan has looked
 * at. Python itself is asked; without it the test is skipped.
 */
class ArchiveReachTest {
  /** How many of each kind; the property is for a longer run. */
  private static final long ARCHIVES = Long.getLong("pt2st.reach.archives", 400);

  private static final long SEED = Long.getLong("pt2st.reach.seed", 1);
  private static final int MOST_AT_ONCE = 2000;
  private static final int MOST_TOLD = 10;
  private static final FileScanner SCANNER = new FileScanner(ScanOptions.STANDARD);

  private static final Path SCRIPT =
      Path.of("converter-core/src/test/resources/dev/pt2st/scan/odd_archives.py");

  @TempDir Path temporary;

  /** Makes archives; gives those out of which Python reads the payload. */
  private List<Path> seen(Path python, Path folder, String kind, long seed, long count)
      throws IOException, InterruptedException {
    Path list = temporary.resolve("list");
    Process process =
        new ProcessBuilder(
                python.toString(),
                "-I",
                "-B",
                Corpus.root().resolve(SCRIPT).toString(),
                kind,
                Long.toString(seed),
                Long.toString(count),
                folder.toString())
            .redirectOutput(list.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    List<Path> seen = new ArrayList<>();
    for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
      String[] fields = line.split("\t", -1);
      if (fields[1].equals("1")) {
        seen.add(folder.resolve(fields[0]));
      }
    }
    return seen;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /** What is wrong with the scan of an archive that holds the payload; empty if it is named. */
  static String problem(Path archive) {
    FileReport report = SCANNER.scan(archive);
    boolean isNamed =
        report.findings().stream()
            .anyMatch(finding ->
                finding.global() != null && finding.global().name().toString().equals("os.system"));
    return isNamed
        ? ""
        : archive.getFileName() + " is " + report.verdict().shown() + ": " + report.findings();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "zip", "stream"})
  void whatPythonGetsOutOfAnArchiveIsNamed(String kind) throws Exception {
    Optional<Path> python = CPython.interpreter();
    Assumptions.assumeTrue(
        python.isPresent(), "skipped: no python3 on the path, and none that PT2ST_PYTHON names");
    List<String> wrong = new ArrayList<>();
    long looked = 0;
    for (long done = 0; done < ARCHIVES && wrong.size() < MOST_TOLD; done += MOST_AT_ONCE) {
      long count = Math.min(MOST_AT_ONCE, ARCHIVES - done);
      Path folder = Files.createTempDirectory(temporary, kind);
      for (Path archive : seen(python.orElseThrow(), folder, kind, SEED + done, count)) {
        looked++;
        String problem = problem(archive);
        if (!problem.isEmpty()) {
          wrong.add(problem);
        }
      }
      delete(folder);
    }
    assertThat(wrong).isEmpty();
    assertThat(looked).as("archives that hold the payload for Python").isGreaterThan(ARCHIVES / 5);
  }
}
