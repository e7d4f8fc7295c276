package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limits;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.testing.StrictConversion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attack gets its verdict and is named; whatever is converted without options is safe. */
class ScanCorpusTest {
  private static final FileScanner SCANNER = new FileScanner(ScanOptions.STANDARD);

  record Sample(Path file, JsonObject answer) {
    @Override
    public String toString() {
      return String.valueOf(file.getFileName());
    }
  }

  private static Path samples(String folder) {
    return Path.of(System.getProperty("pt2st.root", "..")).resolve("samples").resolve(folder);
  }

  private static Path shared(String folder) {
    return Path.of(System.getProperty("pt2st.shared", "../../shared")).resolve(folder);
  }

  private static Stream<Sample> in(Path folder) {
    try {
      JsonObject manifest =
          JsonParser.parseString(Files.readString(folder.resolve("manifest.json")))
              .getAsJsonObject();
      return manifest.entrySet().stream()
          .map(entry ->
              new Sample(folder.resolve(entry.getKey()), entry.getValue().getAsJsonObject()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Sample> hostile() {
    Stream<Sample> own = in(samples("hostile"));
    return Files.isDirectory(shared("hostile")) ? Stream.concat(own, in(shared("hostile"))) : own;
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void anAttackGetsItsVerdictAndIsNamed(Sample sample) {
    FileReport report = SCANNER.scan(sample.file());
    String verdict = sample.answer().get("verdict").getAsString();
    if (!verdict.equals("any")) {
      assertThat(report.verdict().shown()).as(report.findings().toString()).isEqualTo(verdict);
    }
    List<String> named =
        report.findings().stream()
            .map(Finding::global)
            .filter(Objects::nonNull)
            .flatMap(global -> Stream.of(global.name().toString(), global.written().toString()))
            .toList();
    for (JsonElement name : sample.answer().getAsJsonArray("names")) {
      assertThat(named).contains(name.getAsString());
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aFindingSaysWhereAndWhat(Sample sample) {
    FileReport report = SCANNER.scan(sample.file());
    for (Finding finding : report.findings()) {
      assertThat(finding.place().file()).isEqualTo(ResourceName.of(sample.file()));
      assertThat(finding.message()).isNotEmpty().doesNotEndWith(".");
      TracedGlobal global = finding.global();
      if (global != null) {
        assertThat(finding.place().offset()).isEqualTo(global.offset());
        assertThat(global.calls().isEmpty()).isEqualTo(global.use() == GlobalUse.NAMED);
      }
    }
    assertThat(report.findings())
        .extracting(finding -> finding.rule().verdict())
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  static Stream<Sample> everything() {
    Stream<Sample> own = Stream.concat(in(samples("checkpoints")), in(samples("hostile")));
    for (String folder : List.of("corpus", "real", "hostile")) {
      if (Files.isDirectory(shared(folder))) {
        own = Stream.concat(own, in(shared(folder)));
      }
    }
    return own;
  }

  @ParameterizedTest
  @MethodSource("everything")
  void safeIsWhatAStrictConversionAcceptsAndNothingElse(Sample sample) throws IOException {
    FileReport report = SCANNER.scan(sample.file());
    if (report.verdict() == Verdict.SAFE) {
      assertThat(StrictConversion.objection(sample.file(), Limits.STANDARD)).isNull();
    }
  }

  static Stream<Sample> converting() {
    return everything()
        .filter(sample -> sample.answer().has("expect"))
        .filter(sample -> sample.answer().get("expect").getAsString().equals("convert"))
        // Classes that do no harm where they stand are unknown all the same.
        .filter(sample -> !sample.answer().has("foreign"));
  }

  @ParameterizedTest
  @MethodSource("converting")
  void whatConvertsWithoutOptionsIsSafe(Sample sample) throws IOException {
    try {
      Assumptions.assumeTrue(
          Converter.plan(sample.file(), ConvertOptions.STANDARD).inert().isEmpty(),
          "it names classes that are not on the list");
    } catch (CheckpointException e) {
      Assumptions.abort(e.getMessage());
    }
    FileReport report = SCANNER.scan(sample.file());
    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.SAFE);
    FileReport full =
        new FileScanner(new ScanOptions(ReadOptions.STANDARD, TensorBytes.READ))
            .scan(sample.file());
    assertThat(full.findings()).isEmpty();
  }

  @Test
  void sharedSamplesAreThere() {
    Assumptions.assumeTrue(
        Files.isDirectory(shared("hostile")),
        () -> "skipped: no attacks at " + shared("hostile") + " (property pt2st.shared)");
    assertThat(in(shared("hostile"))).isNotEmpty();
  }
}
