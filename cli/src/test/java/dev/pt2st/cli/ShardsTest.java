package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --max-shard-size}. */
class ShardsTest {
  private static final Path INPUT = Samples.checkpoint("zip_basic.pt");

  @TempDir Path folder;

  private Path output;

  @BeforeEach
  void nameTheOutput() {
    output = folder.resolve("x.safetensors");
  }

  @Test
  void theReportNamesTheIndex() throws IOException {
    Run run = Run.convert(INPUT, output, "--max-shard-size", "360");
    assertThat(run.err()).isEmpty();
    assertThat(run.outLines())
        .singleElement()
        .asString()
        .startsWith(output + ".index.json: 5 tensors in 2 shards, 915 B in ");
    assertThat(names())
        .containsExactly(
            "x-00001-of-00002.safetensors",
            "x-00002-of-00002.safetensors",
            "x.safetensors.index.json");
  }

  @Test
  void dryRunSaysWhichTensorComesIntoWhichShard() throws IOException {
    Run run = Run.convert(INPUT, output, "--max-shard-size", "360B", "--dry-run");
    assertThat(run.outLines())
        .containsExactly(
            "tensor          dtype  shape    bytes  shard",
            "embed.weight    F32    [11, 8]    352      1",
            "steps           I64    []           8      2",
            "layer.0.bias    BF16   [8]         16      2",
            "layer.0.weight  F16    [8, 8]     128      2",
            "mask            BOOL   [3]          3      2",
            output + ".index.json: would hold 5 tensors in 2 shards, 915 B");
    assertThat(names()).isEmpty();
  }

  @Test
  void jsonNamesEveryFile() throws IOException {
    JsonObject report = Run.convert(INPUT, output, "--max-shard-size", "360", "--json").json();
    assertThat(report.get("index").getAsString()).isEqualTo(output + ".index.json");
    JsonArray files = report.getAsJsonArray("files");
    assertThat(files).hasSize(2);
    for (int i = 0; i < files.size(); i++) {
      JsonObject file = files.get(i).getAsJsonObject();
      Path path = Path.of(file.get("file").getAsString());
      assertThat(path).isEqualTo(folder.resolve("x-0000" + (i + 1) + "-of-00002.safetensors"));
      assertThat(file.get("file_bytes").getAsLong()).isEqualTo(Files.size(path));
    }
    JsonObject first = report.getAsJsonArray("tensors").get(0).getAsJsonObject();
    assertThat(first.get("name").getAsString()).isEqualTo("embed.weight");
    assertThat(first.get("file").getAsString()).isEqualTo("x-00001-of-00002.safetensors");
  }

  @Test
  void aModelThatFitsIsOneFile() throws IOException {
    Run run = Run.convert(INPUT, output, "--max-shard-size", "5GB");
    assertThat(run.out()).startsWith(output + ": 5 tensors, 875 B");
    assertThat(names()).containsExactly("x.safetensors");
  }

  @Test
  void whatIsThereOfTheModelIsRefusedAndReplacedAsAWhole() throws IOException {
    Files.createFile(folder.resolve("x-00001-of-00009.safetensors"));
    Run refused = Run.convert(INPUT, output, "--max-shard-size", "360");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.errLines())
        .containsExactly(
            "pt2st: "
                + folder.resolve("x-00001-of-00009.safetensors")
                + ": the output is there already; replace it with --overwrite");
    Run replaced = Run.convert(INPUT, output, "--max-shard-size", "360", "--overwrite");
    assertThat(replaced.code()).isZero();
    assertThat(names()).hasSize(3).doesNotContain("x-00001-of-00009.safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x.safetensors | 0 | must be more than 0",
        "x.safetensors | 5XB | \"5XB\" is not an amount of bytes; write one like 2.5GB, 64MiB or 1000",
        "x.safetensors | -1 | is not an amount of bytes",
        "x.bin | 5GB | from OUT, which must end in .safetensors"
      })
  void otherSizesAndNamesAreWrongUsage(String out, String size, String problem) throws IOException {
    Run run = Run.convert(INPUT, folder.resolve(out), "--max-shard-size=" + size);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errLines().getFirst()).contains("--max-shard-size").contains(problem);
    assertThat(names()).isEmpty();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
