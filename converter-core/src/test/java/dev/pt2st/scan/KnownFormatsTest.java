package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.format.FormatSamples;
import dev.pt2st.scan.format.KnownFormat;
import dev.pt2st.scan.format.Structure;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A magic number alone changes nothing: a format counts if its structure accounts for the file. */
class KnownFormatsTest {
  private static final byte[] EVIL =
      "\u0080\2cos\nsystem\n(S'id'\ntR.".getBytes(StandardCharsets.ISO_8859_1);

  /** What of a format is checked stands in front, so that a part of a file is the same to it. */
  private static final Set<KnownFormat> CUT_UNNOTICED =
      Set.of(
          KnownFormat.FLAC,
          KnownFormat.MP3,
          KnownFormat.MP3_WITHOUT_TAG,
          KnownFormat.TIFF,
          KnownFormat.TIFF_BIG_ENDIAN,
          KnownFormat.BIG_TIFF,
          KnownFormat.BIG_TIFF_BIG_ENDIAN,
          KnownFormat.R_RDS,
          KnownFormat.R_SAVE_2,
          KnownFormat.R_SAVE_3);

  @TempDir Path temporary;

  private Path file(byte[] content) throws IOException {
    return Files.write(temporary.resolve("content"), content);
  }

  private FileReport scan(byte[] content) throws IOException {
    return new FileScanner(ScanOptions.STANDARD).scan(file(content));
  }

  private static boolean namesSystem(FileReport report) {
    return report.findings().stream()
        .anyMatch(
            one -> one.global() != null && one.global().name().toString().equals("os.system"));
  }

  @ParameterizedTest
  @EnumSource
  void aSoundFileIsRecognised(KnownFormat format) throws IOException {
    FileReport report = scan(FormatSamples.of(format));
    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.NO_PICKLE);
    assertThat(report.kind()).isEqualTo(format.kind());
  }

  @ParameterizedTest
  @EnumSource
  void theTableSaysWhatTheCheckGives(KnownFormat format) throws IOException {
    try (MappedFile content = MappedFile.open(file(FormatSamples.of(format)))) {
      KnownFormat.Recognition known = KnownFormat.of(content);
      assertThat(known).isNotNull();
      assertThat(known.format()).isEqualTo(format);
      assertThat(known.structure() == Structure.WHOLE).isEqualTo(format.isWhole());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsCutShortIsUnrecognized(KnownFormat format) throws IOException {
    byte[] whole = FormatSamples.of(format);
    FileReport report = scan(Arrays.copyOf(whole, whole.length - 5));
    Verdict verdict = format == KnownFormat.SQLITE ? Verdict.UNKNOWN : Verdict.UNRECOGNIZED;
    assertThat(report.verdict())
        .isEqualTo(CUT_UNNOTICED.contains(format) ? Verdict.NO_PICKLE : verdict);
  }

  @ParameterizedTest
  @EnumSource
  void aPickleBehindAFileIsFound(KnownFormat format) throws IOException {
    FileReport report = scan(Wrap.concat(FormatSamples.of(format), EVIL));
    assertThat(namesSystem(report)).as(report.toString()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aPickleBehindTheMagicNumberIsFound(KnownFormat format) throws IOException {
    byte[] whole = FormatSamples.of(format);
    FileReport report = scan(Wrap.concat(Arrays.copyOf(whole, 8), EVIL));
    assertThat(namesSystem(report)).as(report.toString()).isTrue();
    FileReport other =
        scan(Wrap.concat(EVIL, Arrays.copyOfRange(whole, whole.length - 8, whole.length)));
    assertThat(namesSystem(other)).as(other.toString()).isTrue();
  }
}
