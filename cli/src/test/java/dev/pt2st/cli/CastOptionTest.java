package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --cast}: what is said of it. */
class CastOptionTest {
  private static final Path DTYPES = Samples.checkpoint("zip_dtypes.pt");

  @TempDir Path temporary;

  @Test
  void theReportSaysHowManyTensorsAndWhatBecameInfinite() {
    assertThat(cast(DTYPES, "fp16").outLines())
        .contains(
            "cast to F16: 8 tensors",
            "too large for it and now infinite: 5 elements in 1 tensor: w.float8_e8m0fnu (5)");
    assertThat(cast(DTYPES, "bf16").out())
        .contains("cast to BF16: 8 tensors")
        .doesNotContain("infinite");
  }

  @Test
  void jsonHasBothDtypesAndTheOverflows() {
    JsonObject report = cast(DTYPES, "fp16", "--json").json();
    assertThat(tensor(report, "w.float32").get("dtype").getAsString()).isEqualTo("F16");
    assertThat(tensor(report, "w.float32").get("cast_from").getAsString()).isEqualTo("F32");
    assertThat(tensor(report, "w.float16").has("cast_from")).isFalse();
    assertThat(tensor(report, "w.int8").get("dtype").getAsString()).isEqualTo("I8");
    assertThat(report.getAsJsonArray("overflows"))
        .singleElement()
        .hasToString("{\"name\":\"w.float8_e8m0fnu\",\"elements\":5}");
    assertThat(cast(DTYPES, "bf16", "--json").json().getAsJsonArray("overflows")).isEmpty();
  }

  @Test
  void aDryRunSaysWhatWouldBeCastAndCannotKnowWhatWouldOverflow() {
    Path input = Samples.checkpoint("zip_basic.pt");
    assertThat(cast(input, "fp32", "--dry-run").outLines())
        .contains(
            "layer.0.bias    F32 from BF16  [8]         32",
            "embed.weight    F32            [11, 8]    352",
            "cast to F32: 2 tensors");
    JsonObject report = cast(input, "fp32", "--dry-run", "--json").json();
    assertThat(report.get("overflows").isJsonNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "float16, F16",
    "F16, F16",
    "half, F16",
    "torch.float16, F16",
    "BF16, BF16",
    "bfloat16, BF16",
    "float32, F32",
    "float, F32",
    "FP32, F32"
  })
  void aTypeMayBeCalledAsPeopleCallIt(String called, String dtype) {
    assertThat(cast(DTYPES, called).out()).contains("cast to " + dtype + ": ");
  }

  @Test
  void thereAreThreeTypes() {
    Run run = Run.convert(DTYPES, temporary.resolve("out"), "--cast", "fp8");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--cast", "fp16", "bf16", "fp32");
  }

  private Run cast(Path input, String type, Object... more) {
    Object[] args = {input, temporary.resolve("out"), "--overwrite", "--cast", type};
    Object[] all = Stream.of(args, more).flatMap(Arrays::stream).toArray();
    Run run = Run.convert(all);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run;
  }

  private static JsonObject tensor(JsonObject report, String name) {
    for (JsonElement tensor : report.getAsJsonArray("tensors")) {
      if (tensor.getAsJsonObject().get("name").getAsString().equals(name)) {
        return tensor.getAsJsonObject();
      }
    }
    throw new AssertionError("no tensor " + name);
  }
}
