package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.Input;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.CorpusFiles;
import dev.pt2st.testing.Faults;
import dev.pt2st.testing.TestSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of a source that fails, at whichever read, nothing is said but that. */
@Timeout(300)
class FaultyScanTest {
  private static final FileScanner SCANNER =
      new FileScanner(new ScanOptions(Faults.unhurried(), ScanOptions.TensorBytes.SKIP));

  /** A file of more reads is tried at so many of them. */
  private static final int MOST_READS = 60;

  static List<Path> files() {
    return CorpusFiles.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFaultIsNoVerdict(Path file) throws Exception {
    Verdict verdict = SCANNER.scan(file).verdict();
    TestSource whole = TestSource.of(file);
    assertThat(SCANNER.scan(Faults.input(whole)).verdict()).isEqualTo(verdict);
    for (Faults.Attempt attempt : Faults.attempts(whole, MOST_READS)) {
      FileReport report = SCANNER.scan(Faults.input(Faults.failing(file, attempt)));
      assertThat(report.verdict())
          .as("%s: %s", attempt, report.findings())
          .isIn(Verdict.UNREADABLE, verdict == Verdict.DANGEROUS ? verdict : Verdict.UNREADABLE);
      assertThat(report.findings())
          .extracting(Finding::rule)
          .contains(Rule.UNREADABLE)
          .isSubsetOf(Rule.UNREADABLE, Rule.DANGEROUS_GLOBAL);
      assertThat(report.findings())
          .extracting(Finding::message)
          .noneMatch(m -> m.contains("secret"));
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  /** What is said of an archive would be taken for what is said of its member. */
  @Test
  void aMemberIsNotJudgedByItsArchive() {
    Path archive = Corpus.samples().folder().resolve("wrapped_models.zip");
    TestSource source = TestSource.of(archive);
    for (String member : List.of("model.pt", "none")) {
      FileReport report =
          SCANNER.scan(new Input.Ranged(source, member, TestSource.BYTE_BY_BYTE));
      assertThat(report.verdict()).isEqualTo(Verdict.UNREADABLE);
      assertThat(report.file()).hasToString(archive + "!" + member);
    }
    assertThat(source.requests()).isEmpty();
  }

  @Test
  void theSentenceOfTheSourceIsTheReport() throws Exception {
    Path file = CorpusFiles.hostile().getFirst();
    assertThat(Files.size(file)).isPositive();
    FileReport report =
        SCANNER.scan(
            Faults.input(Faults.failing(file, new Faults.Attempt(0, 1, Faults.Kind.CHANGED))));
    assertThat(report.findings())
        .extracting(Finding::message)
        .containsExactly(file + ": it was replaced while it was read");
  }
}
