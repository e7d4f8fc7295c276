package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that several processes have written, and their parts, on the command line. */
class FolderTest {
  @TempDir Path temporary;

  private static Path sample(String name) {
    return Samples.root().resolve("samples/sharded").resolve(name);
  }

  /** A copy of a sample, of which something can be taken away. */
  private Path copy(String name, String target) throws IOException {
    Path copy = temporary.resolve(target);
    try (Stream<Path> files = Files.walk(sample(name))) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(sample(name).relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return copy;
  }

  @ParameterizedTest
  @CsvSource({
    "dtensor_ranks, model_world_size_4_rank_0.pt",
    "dtensor_ranks, optim_world_size_4_rank_1.pt",
    "shardedtensor_ranks, pytorch_model_fsdp_0_rank1.bin",
    "dcp_fsdp2, __0_0.distcp",
    "zero2/global_step10, zero_pp_rank_1_mp_rank_00_optim_states.pt",
    "zero3/global_step10, zero_pp_rank_0_mp_rank_00_model_states.pt",
    "fairscale, checkpoint_last-shard2.pt"
  })
  void aPartNamesTheFolderAndNoOption(String folder, String part) {
    Path file = sample(folder).resolve(part);
    for (String command : List.of("convert", "verify")) {
      Run run = Run.of(command, file, temporary.resolve("out.safetensors"));
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.errLines())
          .singleElement()
          .asString()
          .startsWith("pt2st: " + file + ": this file is one part of ")
          .endsWith("and not a model of its own; take the folder with all parts, " + sample(folder))
          .doesNotContain("--unsupported", "--allow", "--inert");
    }
    Run inspected = Run.of("inspect", file);
    assertThat(inspected.out()).containsPattern("part of +" + sample(folder) + ", a ");
    assertThat(inspected.err()).doesNotContain("--allow", "do not trust");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void inspectShowsTheMeshAndTheRanks() {
    assertThat(Run.of("inspect", sample("dtensor_ranks")).outLines())
        .contains("mesh        2 x 2 (ddp, fsdp)", "files       12", "files read  4");
    assertThat(Run.of("inspect", sample("dcp_hsdp")).out())
        .containsPattern("ranks with items +\\d")
        .contains("state_dict.embed.weight");
  }

  @Test
  void inspectShowsWhatIsMissing() throws IOException {
    Path dcp = copy("dcp_unflattened", "dcp");
    Files.delete(dcp.resolve("__1_0.distcp"));
    Files.delete(dcp.resolve("__1_2.distcp"));
    Run run = Run.of("inspect", dcp);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).containsPattern("missing +__1_0.distcp, __1_2.distcp\n");
    Path ranks = copy("dtensor_ranks", "ranks");
    Files.delete(ranks.resolve("model_world_size_4_rank_1.pt"));
    Files.delete(ranks.resolve("model_world_size_4_rank_3.pt"));
    assertThat(Run.of("inspect", ranks).err()).contains("the files of the ranks 1, 3 are missing");
  }

  /** {@code latest} names one step, and the option another. */
  @ParameterizedTest
  @ValueSource(strings = {"inspect", "checksum", "convert"})
  void aStepIsChosenByTheTag(String command) throws IOException {
    Path run = copy("zero2", "run");
    copy("zero3/global_step10", "run/global_step20");
    Object[] words =
        command.equals("convert")
            ? new Object[] {command, run, temporary.resolve("out.safetensors"), "--dry-run"}
            : new Object[] {command, run};
    Run latest = Run.of(words);
    Object[] tagged =
        Stream.concat(Stream.of(words), Stream.of("--tag", "global_step20")).toArray();
    Run other = Run.of(tagged);
    assertThat(latest.code()).as(latest.err()).isZero();
    assertThat(other.code()).as(other.err()).isZero();
    assertThat(other.out()).isNotEqualTo(latest.out());
    tagged[tagged.length - 1] = "../run";
    assertThat(Run.of(tagged).code()).isEqualTo(3);
    tagged[tagged.length - 1] = "global_step30";
    assertThat(Run.of(tagged).code()).isEqualTo(1);
  }

  @Test
  void theChecksumOfAFolderIsThatOfItsFile() {
    Path output = temporary.resolve("out.safetensors");
    assertThat(Run.convert(sample("dcp_columns"), output).code()).isZero();
    String folder = Run.of("checksum", sample("dcp_columns")).out();
    String file = Run.of("checksum", output).out();
    assertThat(folder.substring(0, 64)).isEqualTo(file.substring(0, 64));
  }
}
