package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each option of {@code convert} does. */
class ConvertOptionsTest {
  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void nameTheOutput() {
    output = temporary.resolve("out.safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "auto,            15, conv.weight",
    "all,             21, state_dict.conv.weight",
    "state_dict,      15, conv.weight",
    "optimizer,        6, state.0.exp_avg",
    "optimizer.state,  6, 0.exp_avg"
  })
  void rootChoosesThePartThatIsConverted(String root, int tensors, String name) throws IOException {
    Run.done(Samples.checkpoint("zip_training.pt"), output, "--root", root);
    assertThat(WrittenFile.names(output)).hasSize(tensors).contains(name);
  }

  @Test
  void aRootThatIsNotThereIsSaidWithTheKeysThatAre() {
    Run run = Run.convert(Samples.checkpoint("zip_training.pt"), output, "--root", "ema");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("nothing at the root \"ema\"", "epoch, state_dict, optimizer, best, note");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void sharedKeepWritesEachTensorInFull() throws IOException {
    Run.done(Samples.checkpoint("zip_shared.pt"), output, "--shared", "keep");
    assertThat(WrittenFile.names(output)).hasSize(4);
  }

  @Test
  void sharedDropKeepsOneAndNamesTheOthers() throws IOException {
    Run run = Run.done(Samples.checkpoint("zip_shared.pt"), output, "--shared", "drop");
    assertThat(WrittenFile.names(output)).containsExactly("decoder.weight");
    assertThat(WrittenFile.metadata(output).get("head.weight").getAsString())
        .isEqualTo("decoder.weight");
    assertThat(run.out()).contains("dropped, as another tensor shares their storage: ");
  }

  @Test
  void unsupportedRefuseNamesTheTensors() {
    Run run = Run.convert(Samples.checkpoint("zip_quantized.pt"), output);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("\"q\" (a quantized tensor)", "--unsupported skip");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void unsupportedSkipLeavesThemOutAndSaysSo() throws IOException {
    Run run = Run.done(Samples.checkpoint("zip_quantized.pt"), output, "--unsupported", "skip");
    assertThat(WrittenFile.names(output)).containsExactly("w");
    assertThat(run.outLines())
        .contains("skipped, as safetensors cannot hold them: q (a quantized tensor)");
  }

  @Test
  void metadataIsWrittenBesideTheFormat() throws IOException {
    Path input = Samples.checkpoint("zip_basic.pt");
    Run.done(input, output, "--metadata", "author=Ada", "--metadata", "note=a=b, \"c\"");
    assertThat(WrittenFile.metadata(output).get("format").getAsString()).isEqualTo("pt");
    assertThat(WrittenFile.metadata(output).get("author").getAsString()).isEqualTo("Ada");
    assertThat(WrittenFile.metadata(output).get("note").getAsString()).isEqualTo("a=b, \"c\"");
  }

  @Test
  void anExistingOutputIsRefused() throws IOException {
    Run.done(Samples.checkpoint("zip_basic.pt"), output);
    byte[] before = Files.readAllBytes(output);
    Run run = Run.convert(Samples.checkpoint("zip_training.pt"), output);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errLines())
        .containsExactly(
            "pt2st: " + output + ": the output is there already; replace it with --overwrite");
    assertThat(output).hasBinaryContent(before);
  }

  @Test
  void overwriteReplacesIt() throws IOException {
    Run.done(Samples.checkpoint("zip_training.pt"), output);
    Run.done(Samples.checkpoint("zip_basic.pt"), output, "--overwrite");
    assertThat(output).hasSize(875);
    Run.done(Samples.checkpoint("zip_basic.pt"), output, "--force");
  }

  @Test
  void overwriteReplacesAnEmptyFile() throws IOException {
    Files.createFile(output);
    Run.done(Samples.checkpoint("zip_basic.pt"), output, "--overwrite");
  }

  @Test
  void overwriteKeepsTheOldOutputWhenTheConversionFails() throws IOException {
    Run.done(Samples.checkpoint("zip_basic.pt"), output);
    byte[] before = Files.readAllBytes(output);
    Run run = Run.convert(Samples.checkpoint("bad_short_storage.pt"), output, "--overwrite");
    assertThat(run.code()).isEqualTo(1);
    assertThat(output).hasBinaryContent(before);
    assertThat(temporary).isDirectoryNotContaining(file -> !file.equals(output));
  }

  @Test
  void dryRunPrintsTheTableAndWritesNothing() {
    Run run = Run.done(Samples.checkpoint("zip_basic.pt"), output, "--dry-run");
    assertThat(run.outLines())
        .containsExactly(
            "tensor          dtype  shape    bytes",
            "steps           I64    []           8",
            "embed.weight    F32    [11, 8]    352",
            "layer.0.bias    BF16   [8]         16",
            "layer.0.weight  F16    [8, 8]     128",
            "mask            BOOL   [3]          3",
            output + ": would hold 5 tensors, 875 B");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void dryRunRefusesWhatAConversionWould() {
    Run run = Run.convert(Samples.hostile("zip_os_system.pt"), output, "--dry-run");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void noCrcTakesARecordAsItIs() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(1000).tensor("w").write(input);
    byte[] bytes = Files.readAllBytes(input);
    bytes[bytes.length / 2] ^= 1; // the storage takes up nearly all of the file
    Files.write(input, bytes);
    Run refused = Run.convert(input, output);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("CRC-32", "--no-crc");
    Run.done(input, output, "--no-crc");
  }

  @Test
  void fsyncGivesTheSameFile() throws IOException {
    Path durable = temporary.resolve("durable.safetensors");
    Run.done(Samples.checkpoint("zip_basic.pt"), output);
    Run.done(Samples.checkpoint("zip_basic.pt"), durable, "--fsync");
    assertThat(durable).hasSameBinaryContentAs(output);
  }
}
