package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each option of {@code convert} does. */
class ConvertOptionsTest {
  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void nameTheOutput() {
    output = temporary.resolve("out.safetensors");
  }

  @Test
  void aConversionSaysTensorsBytesSecondsAndRate() throws IOException {
    Run run = done(Samples.checkpoint("zip_basic.pt"), output);
    assertThat(run.outLines())
        .singleElement()
        .asString()
        .matches("\\Q" + output + "\\E: 5 tensors, 875 B in [0-9.]+ s \\([0-9.]+ k?B/s\\)");
    assertThat(output).hasSize(875);
  }

  @Test
  void itSaysWhichRootWasTakenAndWhatWasLeftOut() {
    assertThat(done(Samples.checkpoint("zip_training.pt"), output).outLines())
        .contains(
            "root: state_dict",
            "left out: optimizer (6 tensors, 904 B); without tensors: epoch, best, note");
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
    done(Samples.checkpoint("zip_training.pt"), output, "--root", root);
    assertThat(names()).hasSize(tensors).contains(name);
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
    done(Samples.checkpoint("zip_shared.pt"), output, "--shared", "keep");
    assertThat(names()).hasSize(4);
  }

  @Test
  void sharedDropKeepsOneAndNamesTheOthers() throws IOException {
    Run run = done(Samples.checkpoint("zip_shared.pt"), output, "--shared", "drop");
    assertThat(names()).containsExactly("decoder.weight");
    assertThat(metadata().get("head.weight").getAsString()).isEqualTo("decoder.weight");
    assertThat(run.out()).contains("dropped, as another tensor shares their storage: ");
  }

  @Test
  void unsupportedRefuseNamesTheTensors() {
    Run run = Run.convert(Samples.checkpoint("zip_quantized.pt"), output);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("\"q\" is a quantized tensor", "--unsupported skip");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void unsupportedSkipLeavesThemOutAndSaysSo() throws IOException {
    Run run = done(Samples.checkpoint("zip_quantized.pt"), output, "--unsupported", "skip");
    assertThat(names()).containsExactly("w");
    assertThat(run.outLines())
        .contains("skipped, as safetensors cannot hold them: q (a quantized tensor)");
  }

  @Test
  void metadataIsWrittenBesideTheFormat() throws IOException {
    Path input = Samples.checkpoint("zip_basic.pt");
    done(input, output, "--metadata", "author=Ada", "--metadata", "note=a=b, \"c\"");
    assertThat(metadata().get("format").getAsString()).isEqualTo("pt");
    assertThat(metadata().get("author").getAsString()).isEqualTo("Ada");
    assertThat(metadata().get("note").getAsString()).isEqualTo("a=b, \"c\"");
  }

  @Test
  void anExistingOutputIsRefused() throws IOException {
    Files.writeString(output, "mine");
    Run run = Run.convert(Samples.checkpoint("zip_basic.pt"), output);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errLines())
        .containsExactly(
            "pt2st: " + output + ": the output is there already; replace it with --overwrite");
    assertThat(output).hasContent("mine");
  }

  @Test
  void overwriteReplacesIt() throws IOException {
    Files.writeString(output, "mine");
    done(Samples.checkpoint("zip_basic.pt"), output, "--overwrite");
    assertThat(output).hasSize(875);
  }

  @Test
  void overwriteKeepsTheOldOutputWhenTheConversionFails() throws IOException {
    Files.writeString(output, "mine");
    Run run = Run.convert(Samples.checkpoint("bad_short_storage.pt"), output, "--overwrite");
    assertThat(run.code()).isEqualTo(1);
    assertThat(output).hasContent("mine");
    assertThat(temporary).isDirectoryNotContaining(file -> !file.equals(output));
  }

  @Test
  void dryRunPrintsTheTableAndWritesNothing() {
    Run run = done(Samples.checkpoint("zip_basic.pt"), output, "--dry-run");
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
  void quietPrintsNothing() {
    Run run = done(Samples.checkpoint("zip_training.pt"), output, "--quiet");
    assertThat(run.out()).isEmpty();
    assertThat(output).exists();
  }

  @Test
  void quietStillSaysWhatIsWrong() {
    Run run = Run.convert(Samples.checkpoint("bad_empty.pt"), output, "-q");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
  }

  @Test
  void jsonIsOneObjectWithTheReport() {
    Path input = Samples.checkpoint("zip_training.pt");
    JsonObject report = done(input, output, "--json", "--metadata", "a=b").json();
    assertThat(report.keySet())
        .containsExactly(
            "input",
            "output",
            "sidecar",
            "dry_run",
            "verified",
            "options",
            "layout",
            "root",
            "tensor_count",
            "file_bytes",
            "data_bytes",
            "seconds",
            "index",
            "files",
            "tensors",
            "left_out",
            "skipped",
            "dropped",
            "overflows",
            "inert_globals",
            "metadata");
    assertThat(report.get("input").getAsString()).isEqualTo(input.toString());
    assertThat(report.get("output").getAsString()).isEqualTo(output.toString());
    assertThat(report.get("root").getAsString()).isEqualTo("state_dict");
    assertThat(report.get("file_bytes").getAsLong()).isEqualTo(output.toFile().length());
    assertThat(report.getAsJsonArray("tensors")).hasSize(report.get("tensor_count").getAsInt());
    assertThat(report.getAsJsonArray("left_out").asList())
        .extracting(part -> part.getAsJsonObject().get("key").getAsString())
        .containsExactly("epoch", "optimizer", "best", "note");
    assertThat(report.getAsJsonObject("metadata").get("a").getAsString()).isEqualTo("b");
  }

  @Test
  void jsonOfATensorIsOneLine() {
    assertThat(done(Samples.checkpoint("zip_basic.pt"), output, "--json").outLines())
        .contains(
            "    {\"name\":\"embed.weight\",\"dtype\":\"F32\",\"shape\":[11,8],\"bytes\":352},");
  }

  @Test
  void jsonOfADryRunSaysSo() {
    Run run = done(Samples.checkpoint("zip_basic.pt"), output, "--json", "--dry-run");
    assertThat(run.json().get("dry_run").getAsBoolean()).isTrue();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void jsonOfARefusalNamesTheGlobals() {
    Path input = Samples.hostile("zip_builtins_exec_py2.pt");
    Run run = Run.convert(input, output, "--json");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.json().get("exit_code").getAsInt()).isEqualTo(3);
    assertThat(run.json().get("error").getAsString()).startsWith(input + ": ");
    JsonArray globals = run.json().getAsJsonArray("refused_globals");
    assertThat(globals).hasSize(1);
    JsonObject global = globals.get(0).getAsJsonObject();
    assertThat(global.get("name").getAsString()).isEqualTo("builtins.exec");
    assertThat(global.get("written").getAsString()).isEqualTo("__builtin__.exec");
    assertThat(global.get("use").getAsString()).isEqualTo("called");
    assertThat(global.get("entry").getAsString()).isEqualTo("archive/data.pkl");
    assertThat(global.get("offset").getAsLong()).isEqualTo(2);
  }

  @Test
  void jsonOfAnErrorOfTheSystemIsAnObjectToo() {
    Run run = Run.convert(temporary.resolve("missing.pt"), output, "--json");
    assertThat(run.json().get("exit_code").getAsInt()).isEqualTo(1);
    assertThat(run.json().get("error").getAsString()).contains("there is no such file");
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
    done(input, output, "--no-crc");
  }

  @Test
  void fsyncGivesTheSameFile() throws IOException {
    Path durable = temporary.resolve("durable.safetensors");
    done(Samples.checkpoint("zip_basic.pt"), output);
    done(Samples.checkpoint("zip_basic.pt"), durable, "--fsync");
    assertThat(durable).hasSameBinaryContentAs(output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zoo.models.detector.Net", "zoo.*", "zoo.models.detector.?et", "*"})
  void allowAcceptsANameOrAGlobAsAnInertRecord(String glob) throws IOException {
    Run run = done(Samples.checkpoint("zip_module.pt"), output, "--allow", glob);
    assertThat(names()).hasSize(15);
    assertThat(run.outLines())
        .contains("not on the allowlist, kept as inert records: zoo.models.detector.Net");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zoo", "zoo.models.detector", "Net", "zoo.models.detector.N", "zoo/*"})
  void allowTakesANameAsAWhole(String glob) {
    assertThat(Run.convert(Samples.checkpoint("zip_module.pt"), output, "--allow", glob).code())
        .isEqualTo(3);
  }

  @Test
  void inertAcceptsAll() throws IOException {
    done(Samples.checkpoint("zip_module.pt"), output, "--inert");
    assertThat(names()).hasSize(15);
  }

  @Test
  void inertRunsNothingEither() {
    done(Samples.hostile("zip_payload_then_state.pt"), output, "--inert");
  }

  @Test
  void aClassOutsideOfTheRootNeedsNoOption() throws IOException {
    Path input = withObjectBesideTheModel();
    Run run = done(input, output, "--root", "w");
    assertThat(run.out()).contains("kept as inert records: trainer.Options");
  }

  @Test
  void strictRefusesItThereToo() throws IOException {
    Run run = Run.convert(withObjectBesideTheModel(), output, "--root", "w", "--strict");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines())
        .last()
        .asString()
        .startsWith("  trainer.Options, instantiated at ")
        .endsWith("--allow trainer.Options");
  }

  private Path withObjectBesideTheModel() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(2).tensor("w").object("options", "trainer", "Options").write(input);
    return input;
  }

  @Test
  void aRefusalListsEveryGlobalWithTheOptionThatAcceptsIt() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(2)
        .tensor("w")
        .object("a", "zoo", "Net")
        .call("b", "os", "system")
        .call("c", "it's", "a trap")
        .write(input);
    Run run = Run.convert(input, output);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(4);
    assertThat(run.errLines().get(0)).contains("zoo.Net, os.system, it's.a trap");
    assertThat(run.errLines().get(1)).startsWith("  zoo.Net, instantiated at ");
    assertThat(run.errLines().get(2)).startsWith("  os.system, called at ");
    assertThat(run.errLines().get(3)).endsWith("--allow 'it'\\''s.a trap'");
    done(input, output, "--allow", "zoo.Net", "--allow", "os.*", "--allow", "it's.a trap");
  }

  private static Run done(Object... args) {
    Run run = Run.convert(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run;
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>(header().keySet());
    names.remove("__metadata__");
    return names;
  }

  private JsonObject metadata() throws IOException {
    return header().getAsJsonObject("__metadata__");
  }

  private JsonObject header() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(output)).order(ByteOrder.LITTLE_ENDIAN);
    String json = new String(bytes.array(), 8, (int) bytes.getLong(), StandardCharsets.UTF_8);
    return JsonParser.parseString(json).getAsJsonObject();
  }

  @Test
  void aSidecarAppearsBesideTheOutput() throws IOException {
    Path sidecar = temporary.resolve("out.json");
    Path output = temporary.resolve("out.safetensors");
    Run run = Run.convert(Samples.checkpoint("zip_training.pt"), output, "--sidecar", sidecar);
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).contains("sidecar: " + sidecar);
    assertThat(Files.readString(sidecar)).contains("\"epoch\": 3", "\"best\": 0.5");
  }

  @Test
  void aDryRunWritesNoSidecar() {
    Path sidecar = temporary.resolve("out.json");
    Run run =
        Run.convert(
            Samples.checkpoint("zip_training.pt"),
            temporary.resolve("out.safetensors"),
            "--sidecar",
            sidecar,
            "--dry-run");
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).contains("sidecar, not written: " + sidecar);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whereTheConversionFailsThereIsNoSidecar() {
    Run run =
        Run.convert(
            Samples.checkpoint("bad_short_storage.pt"),
            temporary.resolve("out.safetensors"),
            "--sidecar",
            temporary.resolve("out.json"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void theReportNamesTheSidecar() {
    Path sidecar = temporary.resolve("out.json");
    Run run =
        Run.convert(
            Samples.checkpoint("zip_training.pt"),
            temporary.resolve("out.safetensors"),
            "--sidecar",
            sidecar,
            "--json");
    assertThat(run.json().get("sidecar").getAsString()).isEqualTo(sidecar.toString());
  }
}
