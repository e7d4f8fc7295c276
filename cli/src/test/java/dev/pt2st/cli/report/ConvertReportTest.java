package dev.pt2st.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.pt2st.cli.Run;
import dev.pt2st.cli.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code convert} reports, for people and as JSON. */
class ConvertReportTest {
  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void nameTheOutput() {
    output = temporary.resolve("out.safetensors");
  }

  @Test
  void aConversionSaysTensorsBytesSecondsAndRate() throws IOException {
    Run run = Run.done(Samples.checkpoint("zip_basic.pt"), output);
    assertThat(run.outLines())
        .singleElement()
        .asString()
        .matches("\\Q" + output + "\\E: 5 tensors, 875 B in [0-9.]+ s \\([0-9.]+ k?B/s\\)");
    assertThat(output).hasSize(875);
  }

  @Test
  void itSaysWhichRootWasTakenAndWhatWasLeftOut() {
    assertThat(Run.done(Samples.checkpoint("zip_training.pt"), output).outLines())
        .contains(
            "root: state_dict, the first of the keys under which models are kept",
            "left out: optimizer (6 tensors, 904 B); without tensors: epoch, best, note");
  }

  @Test
  void quietPrintsNothing() {
    Run run = Run.done(Samples.checkpoint("zip_training.pt"), output, "--quiet");
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
    JsonObject report = Run.done(input, output, "--json", "--metadata", "a=b").json();
    assertThat(report.keySet())
        .containsExactly(
            "input",
            "output",
            "sidecar",
            "statement",
            "dry_run",
            "verified",
            "options",
            "layout",
            "member",
            "other_members",
            "opened_bytes",
            "root",
            "root_rule",
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
            "state_dict_hooks",
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
    assertThat(Run.done(Samples.checkpoint("zip_basic.pt"), output, "--json").outLines())
        .contains(
            "    {\"name\":\"embed.weight\",\"dtype\":\"F32\",\"shape\":[11,8],\"bytes\":352},");
  }

  @Test
  void jsonOfADryRunSaysSo() {
    Run run = Run.done(Samples.checkpoint("zip_basic.pt"), output, "--json", "--dry-run");
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

  /** What was chosen without being named must be said. */
  @Test
  void theMemberThatWasChosenIsNamed() {
    Path archive = Samples.checkpoint("wrapped_agent.zip");
    assertThat(Run.done(archive, output).outLines()).contains("member of the archive: policy.pth");
    JsonObject report = Run.done(archive, output, "--overwrite", "--json").json();
    assertThat(report.get("member").getAsString()).isEqualTo("policy.pth");
  }

  @Test
  void whatElseOfTheArchiveHoldsTensorsIsNamedToo() {
    Path archive = Samples.checkpoint("wrapped_several.zip");
    assertThat(Run.done(archive, output).outLines())
        .contains(
            "member of the archive: policy.pth; these hold tensors too: policy.optimizer.pth");
    JsonObject report = Run.done(archive, output, "--overwrite", "--json").json();
    assertThat(report.get("member").getAsString()).isEqualTo("policy.pth");
    assertThat(report.getAsJsonArray("other_members")).hasToString("[\"policy.optimizer.pth\"]");
  }

  @Test
  void bytesThatWereReadAsPicklesAreNamed() throws IOException {
    // {'worker': pickle.dumps({'w': torch.FloatTensor([1.0])})}, by protocol 3.
    String tensor = "\u0080\u0003}X\1\0\0\0wctorch\nFloatTensor\n]G?\u00f0\0\0\0\0\0\0a\u0085Rs.";
    String top = "\u0080\u0003}X\6\0\0\0workerC" + (char) tensor.length() + tensor + "s.";
    Path input = temporary.resolve("agent.pkl");
    Files.write(input, top.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Run.done(input, output).outLines())
        .contains("bytes that are pickles, and were read as such: worker");
    JsonObject report = Run.done(input, output, "--overwrite", "--json").json();
    assertThat(report.getAsJsonArray("opened_bytes")).hasToString("[\"worker\"]");
  }

  @Test
  void aMemberThatTheUserNamedIsNotSaidAgain() {
    Path member = Samples.checkpoint("wrapped_several.zip!policy.pth");
    assertThat(Run.done(member, output).out()).doesNotContain("member of the archive");
    JsonObject report = Run.done(member, output, "--overwrite", "--json").json();
    assertThat(report.get("member").getAsString()).isEqualTo("policy.pth");
  }

  @Test
  void ofWhatIsNoArchiveThereIsNoMember() {
    Run run = Run.done(Samples.checkpoint("wrapped_gzip.pt.gz"), output, "--json");
    assertThat(run.json().get("member").isJsonNull()).isTrue();
  }

  @Test
  void hooksOfStateDictsAreNamed() {
    Path input = Samples.checkpoint("zip_hooks.pt");
    assertThat(Run.done(input, output, "--inert").outLines())
        .contains(
            "hooks of state_dict(), not run: zoo.hooks.before, zoo.hooks.rename (of 0)",
            "not on the allowlist, kept as inert records: zoo.hooks.before, zoo.hooks.rename");
    assertThat(
            Run.done(input, output, "--inert", "--overwrite", "--json")
                .json()
                .get("state_dict_hooks")
                .toString())
        .isEqualTo(
            "[{\"module\":\"\",\"hook\":\"zoo.hooks.before\"},"
                + "{\"module\":\"0\",\"hook\":\"zoo.hooks.rename\"}]");
  }
}
