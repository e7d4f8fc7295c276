package dev.pt2st.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.tensor.DType;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Units and results are lines, and a line says all that there was. */
class UnitLineTest {
  private static final Path SAMPLES = Path.of(System.getProperty("pt2st.root"), "samples");

  private final UnitLine lines = new UnitLine();

  private static WorkUnit unit(UnitOptions options) {
    return new WorkUnit("/m/a.pt", 12, "v1", UnitTask.SCAN, "", options, 40);
  }

  private static UnitResult result(UnitTask task, UnitOutcome outcome) {
    return new UnitResult(
        "/m/a.pt",
        12,
        "v1",
        task,
        task.hasTarget() ? "/out/a.safetensors" : "",
        UnitOptions.STANDARD,
        "1.0",
        Duration.ofMillis(7),
        outcome);
  }

  @Test
  void aUnitComesBack() {
    WorkUnit unit = unit(UnitOptions.STANDARD);

    assertThat(lines.unit(UnitLine.of(unit))).isEqualTo(unit);
    assertThat(UnitLine.of(unit))
        .isEqualTo(
            "{\"uri\":\"/m/a.pt\",\"size\":12,\"version\":\"v1\",\"task\":\"scan\",\"weight\":40,"
                + "\"policy_sha256\":\"none\",\"options\":{}}");
  }

  @Test
  void everyOptionComesBack() {
    ConvertOptions options =
        ConvertOptions.STANDARD
            .withRead(
                ReadOptions.STANDARD
                    .withCrc(ReadOptions.Crc.IGNORE)
                    .withLimits(Limits.STANDARD.with(Limit.RATIO, 7))
                    .withPolicy(Policy.STANDARD.allow("a.\\*\t\n*").strict().allowAll()))
            .withRoot("ema.model")
            .withTag("step1")
            .withNames(
                NameOptions.NONE
                    .include("a*")
                    .exclude("b*")
                    .stripPrefix("module.")
                    .rename("s/^x/y/g"))
            .withShared(ConvertOptions.Shared.DROP)
            .withUnsupported(ConvertOptions.Unsupported.SKIP)
            .withQuantized(ConvertOptions.Quantized.DEQUANTIZE)
            .withSparse(ConvertOptions.Sparse.DENSE)
            .withNested(ConvertOptions.Nested.COMPONENTS)
            .withComplex(ConvertOptions.Complex.REAL)
            .withCast(DType.BF16)
            .withMetadata(Map.of("k", "v"))
            .withoutMetadata(Set.of("z", "a"))
            .withMaxShardBytes(5_000_000_000L);
    UnitOptions written = UnitOptions.of(options, ScanOptions.TensorBytes.READ);

    UnitOptions read = UnitOptions.ofJson(written.json());

    assertThat(read).isEqualTo(written);
    assertThat(read.json()).isEqualTo(written.json());
    assertThat(read.scan().full()).isTrue();
    assertThat(read.policySha256()).isEqualTo(written.policySha256()).isNotEqualTo("none");
    assertThat(read.convert().read().policy().lines())
        .isEqualTo(options.read().policy().lines())
        .hasSize(3);
    // Each option is in the text, so that none of another value has the same digest.
    assertThat(Stream.of(read.json().split("\"\\w+\":", -1)).count()).isGreaterThan(18);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"uri\":\"a\"}",
        "{\"uri\":\"/a\",\"uri\":\"/b\"}",
        "{'uri':'/a'}",
        "{\"uri\":\"/a\",\"size\":1.5}",
        "{\"uri\":[[[[[[[[[[[[]]]]]]]]]]]]}",
      })
  void whatIsNoUnitIsRefused(String line) {
    assertThatThrownBy(() -> lines.unit(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatNobodyKnowsIsRefused() {
    String line = UnitLine.of(unit(UnitOptions.STANDARD));

    assertThatThrownBy(() -> lines.unit(line.replace("\"options\":{}", "\"options\":{\"x\":1}")))
        .hasMessage("nobody knows \"x\"");
    assertThatThrownBy(() -> lines.unit(line.replace("\"size\"", "\"sise\":1,\"size\"")))
        .hasMessage("nobody knows \"sise\"");
    assertThatThrownBy(() -> lines.unit(line + "{}")).hasMessage("this is not a JSON object");
    assertThatThrownBy(() -> lines.unit(line.replace("none", "0".repeat(64))))
        .hasMessage("\"policy_sha256\" is not that of the policy in \"options\"");
  }

  /** A plan is kept and passed on, and is not a place for secrets. */
  @ParameterizedTest
  @ValueSource(
      strings = {"https://h/a.pt?X-Amz-Signature=1", "https://me:secret@h/a.pt", "https://h/a#b"})
  void anAddressWithASecretIsNoUnit(String uri) {
    assertThatThrownBy(() -> new WorkUnit(uri, 1, "", UnitTask.SCAN, "", UnitOptions.STANDARD, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secrets");
  }

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(SAMPLES.resolve("src")))
          .filter(file -> !file.startsWith(SAMPLES.resolve("target")))
          .toList()
          .stream();
    }
  }

  /** All that a scan says comes back, of every sample and every attack. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void aReportComesBack(Path sample) {
    Policy policy = Policy.STANDARD.allow("argparse.*").allow("os.system");
    ScanOptions options =
        new ScanOptions(ReadOptions.STANDARD.withPolicy(policy), ScanOptions.TensorBytes.SKIP);
    FileReport report = new FileScanner(options).scan(sample);
    UnitResult result =
        new UnitResult(
            sample.toString(),
            1,
            "v",
            UnitTask.SCAN,
            "",
            UnitOptions.of(options),
            "1.0",
            Duration.ofMillis(1),
            new Scanned(report));

    assertThat(lines.result(UnitLine.of(result))).isEqualTo(result);
  }

  @Test
  void everyOutcomeComesBack() {
    List<UnitResult> results =
        List.of(
            result(UnitTask.CONVERT, new Converted(List.of("/out/a.safetensors"), 3, 12)),
            result(UnitTask.VERIFY, new Compared(3, 12, 1, List.of("w"))),
            result(UnitTask.CHECKSUM, new Summed("ab", 3)),
            result(UnitTask.SCAN, new Changed("another")),
            result(UnitTask.CONVERT, new Failed(Failed.Kind.IO, "no")),
            result(UnitTask.CONVERT, new Failed(Failed.Kind.REFUSED, "no")));

    for (UnitResult result : results) {
      assertThat(lines.result(UnitLine.of(result))).isEqualTo(result);
    }
    assertThat(results.stream().map(UnitResult::isFinal))
        .containsExactly(true, true, true, false, false, true);
  }

  /** Nobody makes a file safe by changing one word of a line. */
  @Test
  void aResultThatContradictsItselfIsRefused() {
    FileReport bad = FileScanner.unreadable(new ResourceName("/m/a.pt"), "gone");
    String line = UnitLine.of(result(UnitTask.SCAN, new Scanned(bad)));

    assertThatThrownBy(
            () -> lines.result(line.replace("\"verdict\":\"unreadable\"", "\"verdict\":\"safe\"")))
        .hasMessageContaining("better than a finding allows");
    assertThatThrownBy(() -> lines.result(line.replace("\"again\":true", "\"again\":false")))
        .hasMessage("\"again\" does not fit the outcome");
    assertThatThrownBy(
            () -> lines.result(line.replace("\"task\":\"scan\"", "\"task\":\"checksum\"")))
        .hasMessage("the outcome does not fit the task");
  }
}
