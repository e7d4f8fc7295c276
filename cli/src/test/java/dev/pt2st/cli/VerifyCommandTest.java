package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pt2st verify}: exit code 0 for models that are the same, 4 for others. */
class VerifyCommandTest {
  private static final Path TRAINING = Samples.checkpoint("zip_training.pt");

  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void convert() {
    output = temporary.resolve("out.safetensors");
    assertThat(Run.convert(TRAINING, output, "--quiet").code()).isZero();
  }

  private void changeByte(int fromEnd) throws IOException {
    byte[] bytes = Files.readAllBytes(output);
    bytes[bytes.length - fromEnd] ^= 1;
    Files.write(output, bytes);
  }

  @Test
  void aConversionIsTheSame() {
    Run run = Run.of("verify", TRAINING, output);
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith(output + ": the same as " + TRAINING + ", 15 tensors, 712 B in ");
    assertThat(Run.of("verify", TRAINING, output, "--quiet").out()).isEmpty();
  }

  @Test
  void eachDifferenceIsSaidWithTheElementAndBothValues() throws IOException {
    changeByte(4);
    Run run = Run.of("verify", TRAINING, output);
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.outLines())
        .singleElement()
        .asString()
        .matches(
            "head.b.weight: 1 of 2 elements differs, first \\[0, 1\\] \\(element 1\\): "
                + "-?[0-9.E-]+ \\(0x[0-9a-f]{8}\\) where -?[0-9.E-]+ \\(0x[0-9a-f]{8}\\) is expected");
    assertThat(run.errLines())
        .containsExactly("pt2st: " + output + " differs from " + TRAINING + " in 1 tensor");
  }

  @Test
  void quietSaysOnlyThatTheyDiffer() throws IOException {
    changeByte(1);
    Run run = Run.of("verify", TRAINING, output, "--quiet");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
  }

  @Test
  void otherTensorsAreSaidByName() {
    Run run = Run.of("verify", TRAINING, output, "--root", "optimizer");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.outLines())
        .hasSize(21)
        .contains("steps: not expected, I64 [5]")
        .anyMatch(line -> line.matches("state\\.0\\..*: missing, F32 \\[.*\\] is expected"));
  }

  @Test
  void jsonHasEveryDifference() throws IOException {
    changeByte(4);
    Run run = Run.of("verify", TRAINING, output, "--json");
    assertThat(run.code()).isEqualTo(4);
    JsonObject json = run.json();
    assertThat(json.get("same").getAsBoolean()).isFalse();
    assertThat(json.get("tensor_count").getAsInt()).isEqualTo(15);
    JsonObject difference = json.getAsJsonArray("differences").get(0).getAsJsonObject();
    assertThat(difference.get("name").getAsString()).isEqualTo("head.b.weight");
    assertThat(difference.get("difference").getAsString()).isEqualTo("elements");
    assertThat(difference.get("index").toString()).isEqualTo("[0,1]");
    assertThat(difference.getAsJsonObject("found").get("bits").getAsString()).startsWith("0x");
    assertThat(Run.of("verify", TRAINING, TRAINING, "--json").json().get("same").getAsBoolean())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--shared=drop", "--root=optimizer", "--cast=bf16", "--root=all"})
  void theOptionsAreThoseOfTheConversion(String option) {
    Path other = temporary.resolve("other.safetensors");
    Path input = option.contains("shared") ? Samples.checkpoint("zip_shared.pt") : TRAINING;
    Run conversion = Run.convert(input, other, option, "--json");
    assertThat(conversion.code()).isZero();
    assertThat(Run.of("verify", input, other, option).code()).isZero();
    assertThat(Run.of("verify", input, other).code()).isEqualTo(4);
  }

  @Test
  void theOptionsMayComeFromTheReport() throws IOException {
    Path other = temporary.resolve("other.safetensors");
    Path input = Samples.checkpoint("zip_lightning_called.ckpt");
    Run conversion =
        Run.convert(
            input, other, "--allow", "zoo.*", "--allow=x", "--inert", "--cast", "fp16", "--json");
    Path report = Files.writeString(temporary.resolve("report.json"), conversion.out());
    assertThat(conversion.json().getAsJsonArray("options").asList())
        .extracting(option -> option.getAsString())
        .containsExactlyInAnyOrder("--allow=zoo.*", "--allow=x", "--inert", "--cast=fp16");
    assertThat(Run.of("verify", input, other).code()).isEqualTo(3);
    assertThat(Run.of("verify", input, other, "--report", report).code()).isZero();
    Run both = Run.of("verify", input, other, "--report", report, "--root", "all");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("so leave out --root=all");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"options\":1}",
        "{\"options\":[\"--nope\"]}",
        "{\"options\":[1]}"
      })
  void anotherFileIsNoReport(String text) throws IOException {
    Path report = Files.writeString(temporary.resolve("report.json"), text);
    Run run = Run.of("verify", TRAINING, output, "--report", report);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("pt2st: " + report + ": this is not a report that convert --json printed: ");
  }

  @Test
  void whatCannotBeReadIsNoDifference() throws IOException {
    Files.write(output, new byte[] {1});
    Run run = Run.of("verify", TRAINING, output, "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("the length of a safetensors header alone takes 8");
    assertThat(run.json().get("exit_code").getAsInt()).isEqualTo(1);
    assertThat(Run.of("verify", TRAINING, temporary.resolve("none")).code()).isEqualTo(1);
    assertThat(Run.of("verify", Samples.checkpoint("zip_lightning_called.ckpt"), TRAINING).code())
        .isEqualTo(3);
    assertThat(Run.of("verify", TRAINING).code()).isEqualTo(2);
    assertThat(Run.of("verify", "-", output).code()).isEqualTo(2);
  }

  @Test
  void shardsAreComparedByTheirIndex() {
    Path shards = temporary.resolve("shards.safetensors");
    assertThat(Run.convert(TRAINING, shards, "--max-shard-size", "300B", "--verify").code())
        .isZero();
    Path index = temporary.resolve("shards.safetensors.index.json");
    assertThat(Run.of("verify", TRAINING, index).code()).isZero();
    assertThat(Run.of("verify", index, output).code()).isZero();
    // Whoever names the output does not know beforehand whether it becomes one file.
    Run run = Run.of("verify", TRAINING, shards);
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith(shards + ": the same as " + TRAINING);
    assertThat(Run.of("checksum", shards).out()).startsWith(digest(index));
    assertThat(Run.of("inspect", shards).out()).contains("index of safetensors files");
  }

  private static String digest(Path file) {
    return Run.of("checksum", file).out().substring(0, 64);
  }

  @Test
  void aTensorThatDiffersInTwoWaysCountsOnce() {
    Path tied = Samples.checkpoint("zip_shared.pt");
    Path whole = temporary.resolve("whole.safetensors");
    assertThat(Run.convert(tied, whole, "--quiet").code()).isZero();
    Run run = Run.of("verify", tied, whole, "--shared", "drop");
    assertThat(run.outLines()).hasSize(6);
    assertThat(run.err()).endsWith(" in 3 tensors\n");
  }

  @Test
  void aConversionSaysThatItWasVerified() {
    Path other = temporary.resolve("other.safetensors");
    Run run = Run.convert(TRAINING, other, "--verify");
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).contains("verified: read back, every element is that of the input");
    JsonObject json =
        JsonParser.parseString(
                Run.convert(TRAINING, other, "--overwrite", "--verify", "--json").out())
            .getAsJsonObject();
    assertThat(json.get("verified").getAsBoolean()).isTrue();
    assertThat(Run.convert(TRAINING, other, "--dry-run", "--verify").code()).isEqualTo(2);
  }

  @Test
  void namesDoNotReachTheTerminalAsTheyAre() throws IOException {
    String header = "{\"a\\u001b[31m\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    byte[] file = new byte[8 + header.length() + 1];
    file[0] = (byte) header.length();
    System.arraycopy(
        header.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, file, 8, header.length());
    Path hostile = Files.write(temporary.resolve("hostile.safetensors"), file);
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("verify", hostile, TRAINING), List.of("checksum", "--tensors", hostile))) {
      assertThat(Run.onTerminal(80, command.toArray()).out())
          .contains("\\u001b")
          .doesNotContain("\u001b");
    }
  }
}
