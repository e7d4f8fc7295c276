package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.TracedGlobal;
import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Ordinary files are not flagged: those of the JDK, of Python's standard library, of {@code
 * /usr/share} and of this repository. By default a part of each is scanned; {@code
 * -Dpt2st.alarm.megabytes=1000000} scans them all.
 */
class NoFalseAlarmIT {
  private static final FileScanner SCANNER = new FileScanner(ScanOptions.STANDARD);
  private static final long MEGABYTE = 1 << 20;

  /** What is flagged and should be, each with the reason. */
  private static final Map<Pattern, String> ALLOWED =
      Map.of(
          Pattern.compile(".*/python[\\d.]*/(?:test|unittest)/.*"),
          "the tests of Python hold pickles and broken archives",
          Pattern.compile(".*/pickletools[^/]*"),
          "it shows pickles in its documentation");

  /** What was scanned of a folder. */
  private static final class Tally {
    private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    private final List<String> alarms = new ArrayList<>();
    private int allowed;

    void add(Path file) {
      FileReport report = SCANNER.scan(file);
      verdicts.merge(report.verdict(), 1, Integer::sum);
      if (report.verdict().compareTo(Verdict.UNKNOWN) < 0) {
        return;
      }
      String path = file.toString();
      if (readsAsNames(report)
          || ALLOWED.keySet().stream().anyMatch(one -> one.matcher(path).matches())) {
        allowed++;
      } else {
        alarms.add(report.verdict() + " " + file + " (" + report.kind() + ") " + first(report));
      }
    }
  }

  private static String first(FileReport report) {
    return report.findings().isEmpty() ? "" : report.findings().getFirst().toString();
  }

  /**
   * Whether lines of words are all that was found, such as "cmake_path": GLOBAL or INST reads the
   * first one as a module, and an unpickler that begins there really imports it.
   */
  private static boolean readsAsNames(FileReport report) {
    return report.findings().stream()
        .filter(finding -> finding.rule() != Rule.UNRECOGNIZED_BYTES)
        .allMatch(finding -> {
          TracedGlobal global = finding.global();
          return global != null
              && finding.rule() == Rule.UNKNOWN_GLOBAL
              && (global.opcode().equals("GLOBAL") || global.opcode().equals("INST"));
        });
  }

  private static void scan(Path folder, List<String> without) throws IOException {
    long left = Long.getLong("pt2st.alarm.megabytes", 48) * MEGABYTE;
    long largest = left / 8;
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .filter(file -> without.stream().noneMatch(part -> file.toString().contains(part)))
              // In an order that takes files of every kind, and the same on every run.
              .sorted(
                  Comparator.comparingInt(
                          (Path file) -> Integer.reverse(file.toString().hashCode() * 0x9e3779b9))
                      .thenComparing(Path::toString))
              .toList();
    }
    Tally tally = new Tally();
    for (Path file : files) {
      long size = Files.size(file);
      if (size <= largest && size <= left) {
        left -= size;
        tally.add(file);
      }
    }
    System.out.println(
        folder + ": " + tally.verdicts + ", flagged with a reason: " + tally.allowed);
    assertThat(tally.alarms).isEmpty();
  }

  @Test
  void filesOfTheJdkAreNotFlagged() throws IOException {
    scan(Path.of(System.getProperty("java.home")).resolve("lib"), List.of());
  }

  @Test
  void filesOfPythonAreNotFlagged() throws IOException, InterruptedException {
    String library = "";
    try {
      Process python =
          new ProcessBuilder(
                  "python3", "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      library = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      python.waitFor();
    } catch (IOException e) {
      Assumptions.abort("skipped: there is no python3: " + e.getMessage());
    }
    Assumptions.assumeTrue(!library.isEmpty(), "skipped: python3 names no standard library");
    scan(Path.of(library), List.of("/site-packages/", "/dist-packages/"));
  }

  @Test
  void filesOfTheSystemAreNotFlagged() throws IOException {
    Path shared = Path.of("/usr/share");
    Assumptions.assumeTrue(Files.isDirectory(shared), "skipped: there is no /usr/share");
    scan(shared, List.of());
  }

  @Test
  void filesOfThisRepositoryAreNotFlagged() throws IOException {
    scan(
        Corpus.root().toRealPath(),
        List.of("/samples/", "/target/", "/.git", "/src/test/resources/"));
  }
}
