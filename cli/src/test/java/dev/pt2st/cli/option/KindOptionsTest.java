package dev.pt2st.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import dev.pt2st.cli.Run;
import dev.pt2st.cli.Samples;
import dev.pt2st.cli.report.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that convert tensors which safetensors does not have. */
class KindOptionsTest {
  @TempDir Path temporary;

  private Run convert(String sample, String options) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(Samples.checkpoint(sample));
    arguments.add(temporary.resolve("out.safetensors"));
    arguments.addAll(List.of("--json", "--dry-run"));
    if (!options.isEmpty()) {
      arguments.addAll(List.of(options.split(" ", -1)));
    }
    return Run.convert(arguments.toArray());
  }

  private List<String> names(String sample, String options) {
    return convert(sample, options).json().getAsJsonArray("tensors").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(tensor -> tensor.get("name").getAsString())
        .toList();
  }

  @Test
  void quantized() {
    assertThat(names("zip_quantized.pt", "--quantized dequantize"))
        .containsExactlyInAnyOrder("q", "w");
    assertThat(names("zip_quantized.pt", "--quantized components"))
        .containsExactlyInAnyOrder("q.int_repr", "q.scale", "q.zero_point", "w");
  }

  @Test
  void sparse() {
    assertThat(names("zip_sparse.pt", "--sparse dense")).containsExactly("s");
    assertThat(names("zip_sparse.pt", "--sparse components"))
        .containsExactlyInAnyOrder("s.indices", "s.values");
  }

  @Test
  void nested() {
    assertThat(names("zip_nested.pt", "--nested components"))
        .contains("strided.buffer", "jagged.offsets", "plain");
  }

  @Test
  void complex() {
    assertThat(names("zip_complex128.pt", "--complex real")).containsExactly("z");
  }

  @ParameterizedTest
  @CsvSource({
    "zip_quantized.pt, --quantized dequantize|components",
    "zip_sparse.pt, --sparse dense|components",
    "zip_nested.pt, --nested components",
    "zip_complex128.pt, --complex real",
  })
  void withoutThemTheMessageNamesTheOption(String sample, String option) {
    Run run = convert(sample, "");
    assertThat(run.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(run.err()).contains(option).contains("--unsupported skip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--quantized real",
        "--sparse full",
        "--nested dense",
        "--complex components",
        "--metadata pt2st.converted={}"
      })
  void otherValuesAreWrongUsage(String options) {
    assertThat(convert("zip_basic.pt", options).code()).isEqualTo(ExitCode.USAGE.code());
  }
}
