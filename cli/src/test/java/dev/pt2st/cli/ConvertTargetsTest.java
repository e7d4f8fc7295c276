package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code convert} takes for its output where none is named, and what it never replaces. */
class ConvertTargetsTest {
  @TempDir Path temporary;

  private Path a;
  private Path b;
  private Path c;

  @BeforeEach
  void threeCheckpoints() throws IOException {
    a = copy("zip_basic.pt", "a.pt");
    b = copy("zip_training.pt", "b.ckpt");
    c = copy("legacy_basic.pt", "pytorch_model.bin");
  }

  private Path copy(String sample, String name) throws IOException {
    return Files.copy(Samples.checkpoint(sample), temporary.resolve(name));
  }

  private List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aCheckpointAloneIsConvertedBesideItselfAndThatIsSaid() {
    Run run = Run.done(c);
    assertThat(temporary.resolve("model.safetensors")).exists();
    assertThat(run.outLines().getFirst())
        .startsWith(c + " → " + temporary.resolve("model.safetensors") + ": 5 tensors, 875 B");
  }

  @Test
  void aMemberOfAnArchiveGivesItsNameBesideTheArchive() throws IOException {
    Path archive = copy("wrapped_several.zip", "agent.zip");
    Run.done(archive + "!policy.pth");
    assertThat(temporary.resolve("policy.safetensors")).exists();
  }

  @Test
  void severalAreEachConvertedBesideThemselves() throws IOException {
    Run run = Run.done(a, b, c);
    assertThat(names(temporary))
        .contains("a.safetensors", "b.safetensors", "model.safetensors")
        .hasSize(6);
    assertThat(run.outLines()).filteredOn(line -> line.contains(" → ")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--out", "-o"})
  void severalGoIntoAFolderThatIsNamedWhichNeedNotBeThere(String option) throws IOException {
    Path folder = temporary.resolve("new/out");
    Run.done(a, b, c, option, folder);
    assertThat(names(folder))
        .containsExactly("a.safetensors", "b.safetensors", "model.safetensors");
  }

  @Test
  void aFolderBehindTheInputsTakesTheOutputsAsWithCp() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("out"));
    Run.done(a, folder);
    Run.done(b, c, folder);
    assertThat(names(folder))
        .containsExactly("a.safetensors", "b.safetensors", "model.safetensors");
  }

  @Test
  void aSlashAtTheEndMeansAFolder() throws IOException {
    Run.done(a, temporary.resolve("out") + "/");
    assertThat(names(temporary.resolve("out"))).containsExactly("a.safetensors");
  }

  @Test
  void outMayBeAFile() {
    Path output = temporary.resolve("other.safetensors");
    Run run = Run.done(a, "--out", output);
    assertThat(run.outLines().getFirst()).startsWith(output + ": 5 tensors");
  }

  @Test
  void aDryRunMakesNoFolder() throws IOException {
    Run.done(a, b, c, "--out", temporary.resolve("out"), "--dry-run");
    assertThat(names(temporary)).hasSize(3);
  }

  @Test
  void nothingIsLeftOfAFolderThatGotNoOutput() throws IOException {
    Path bad = copy("bad_truncated.pt", "bad.pt");
    assertThat(Run.convert(bad, "--out", temporary.resolve("out") + "/").code()).isEqualTo(1);
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  @Test
  void oneThatFailsKeepsNoOtherFromBeingConverted() throws IOException {
    Path bad = copy("bad_truncated.pt", "bad.pt");
    Run run = Run.convert(a, bad, c, "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(names(temporary)).contains("a.safetensors", "model.safetensors");
    JsonArray reports = JsonParser.parseString(run.out()).getAsJsonArray();
    assertThat(reports).hasSize(3);
    assertThat(reports.get(0).getAsJsonObject().get("tensor_count").getAsInt()).isEqualTo(5);
    assertThat(reports.get(1).getAsJsonObject().get("exit_code").getAsInt()).isEqualTo(1);
  }

  /** It was meant as an input, or as an output with another ending. */
  @ParameterizedTest
  @ValueSource(
      strings = {"typo.pt", "typo.PTH", "adapter_model.bin", "last.ckpt", "x.pkl", "a.b.pt2"})
  void aSecondNameThatIsNotThereAndIsACheckpointsIsRefused(String name) throws IOException {
    Path typo = temporary.resolve(name);
    Run run = Run.convert(a, typo);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errLines())
        .containsExactly(
            "pt2st: "
                + typo
                + ": there is no such checkpoint, and an output is not a checkpoint: check the name if it"
                + " was meant as an input, or let the output end in .safetensors");
    assertThat(typo).doesNotExist();
    assertThat(Run.convert(a, typo, "--dry-run").code()).isEqualTo(1);
    // Said by the option, it is an output.
    assertThat(Run.convert(a, "--out", typo).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--overwrite", "--force", "--quiet"})
  void anOutputThatIsACheckpointIsRefusedWhateverTheOptions(String option) throws IOException {
    byte[] before = Files.readAllBytes(b);
    Run run = Run.convert(a, b, option);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(b + ": is there already and is a checkpoint")
        .contains("to convert both: pt2st convert " + a + " " + b + " --out DIR");
    assertThat(b).hasBinaryContent(before);
    Path link = Files.createSymbolicLink(temporary.resolve("link.safetensors"), b);
    assertThat(Run.convert(a, link, option).code()).isEqualTo(1);
    assertThat(link).isSymbolicLink();
    assertThat(Run.convert(a, "--out", b, option).code()).isEqualTo(1);
    assertThat(b).hasBinaryContent(before);
  }

  @Test
  void neitherASidecarNorAReportReplacesACheckpoint() throws IOException {
    byte[] before = Files.readAllBytes(b);
    Path output = temporary.resolve("out.safetensors");
    assertThat(Run.convert(a, output, "--sidecar", b, "--overwrite").code()).isEqualTo(1);
    assertThat(Run.of("migrate", temporary, "--report", b).code()).isEqualTo(1);
    assertThat(Run.of("scan", a, "--report", "json:" + b).code()).isNotZero();
    assertThat(b).hasBinaryContent(before);
    assertThat(output).doesNotExist();
  }

  @Test
  void aShardThatIsNoneIsNotReplacedByShards() throws IOException {
    Path shard = copy("zip_basic.pt", "out-00001-of-00002.safetensors");
    Path output = temporary.resolve("out.safetensors");
    Run run = Run.convert(a, output, "--max-shard-size", "300B", "--overwrite");
    assertThat(run.code()).isEqualTo(1);
    assertThat(shard).hasSameBinaryContentAs(Samples.checkpoint("zip_basic.pt"));
  }

  @Test
  void noOutputReplacesAnotherInputOrOutputOfTheSameCommand() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("out"));
    Files.createSymbolicLink(folder.resolve("b.safetensors"), Path.of("a.safetensors"));
    Run run = Run.convert(a, b, c, folder, "--overwrite");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("is an input or an output of this command already");
    assertThat(folder.resolve("b.safetensors")).isSymbolicLink();
  }
}
