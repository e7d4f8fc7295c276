package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.ResourceName;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.Siblings;
import dev.pt2st.io.source.SourceException;
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
          .noneMatch(m -> m.contains("secret") || m.startsWith(report.file().text()));
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  /** What is said of an archive would be taken for what is said of its member. */
  @Test
  void aMemberIsNotJudgedByItsArchive() {
    Path archive = Corpus.samples().folder().resolve("wrapped_models.zip");
    TestSource source = TestSource.of(archive);
    for (String member : List.of("model.pt", "none")) {
      FileReport report = SCANNER.scan(new Input.Ranged(source, member, TestSource.BYTE_BY_BYTE));
      assertThat(report.verdict()).isEqualTo(Verdict.UNREADABLE);
      assertThat(report.file()).hasToString(archive + "!" + member);
    }
    assertThat(source.requests()).isEmpty();
  }

  /** Without what says where its items begin, nobody knows what a loader reads. */
  @Test
  void itemsAreNotJudgedWithoutTheirDirectory() throws Exception {
    byte[] sound = Files.readAllBytes(Corpus.samples().folder().resolve("zip_basic.pt"));
    for (String name : List.of("https://host/__0_0.distcp", "https://host/a.pt")) {
      TestSource source = new TestSource(new ResourceName(name), sound, (number, target) -> true);
      assertThat(SCANNER.scan(source.input()).verdict())
          .isEqualTo(name.endsWith(".pt") ? Verdict.SAFE : Verdict.UNKNOWN);
    }
  }

  /** What stands beside a source may fail too. */
  @Test
  void aDirectoryThatCannotBeReadIsNoVerdict() throws Exception {
    byte[] sound = Files.readAllBytes(Corpus.samples().folder().resolve("zip_basic.pt"));
    ResourceName name = new ResourceName("s3://bucket/__0_0.distcp");
    for (SourceException.Reason reason :
        List.of(SourceException.Reason.MISSING, SourceException.Reason.NOT_ALLOWED)) {
      Siblings siblings =
          other -> {
            assertThat(other).isEqualTo(".metadata");
            throw new SourceException(name, reason, "no");
          };
      TestSource source = new TestSource(name, sound, (number, target) -> true);
      Input input = new Input.Ranged(source, "", TestSource.BYTE_BY_BYTE, siblings);
      assertThat(SCANNER.scan(input).verdict())
          .isEqualTo(reason == SourceException.Reason.MISSING ? Verdict.SAFE : Verdict.UNREADABLE);
    }
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
        .containsExactly("it was replaced while it was read");
  }
}
