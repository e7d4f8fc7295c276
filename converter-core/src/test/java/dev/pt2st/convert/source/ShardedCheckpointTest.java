package dev.pt2st.convert.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shards of PyTorch with their index: merged, and split anew. */
class ShardedCheckpointTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("pt2st.root", ".."), "samples/checkpoints");

  private static final String FIRST = "pytorch_model-00001-of-00002.bin";
  private static final String SECOND = "pytorch_model-00002-of-00002.bin";

  @TempDir Path folder;

  private Path output;
  private final List<String> entries = new ArrayList<>();

  @BeforeEach
  void twoShards() throws Exception {
    output = folder.resolve("model.safetensors");
    shard("zip_basic.pt", FIRST);
    shard("zip_shared.pt", SECOND);
    writeIndex();
  }

  private void shard(String sample, String file) throws Exception {
    Files.copy(SAMPLES.resolve(sample), folder.resolve(file));
    Path alone = folder.resolve("alone.safetensors");
    Converter.convert(folder.resolve(file), alone, ConvertOptions.STANDARD, ProgressListener.NONE);
    try (SafetensorsFile model = SafetensorsFile.open(alone)) {
      for (TensorInfo tensor : model.tensors()) {
        entries.add("\"" + tensor.name() + "\": \"" + file + "\"");
      }
    }
    Files.delete(alone);
  }

  private void writeIndex() throws IOException {
    Files.writeString(
        folder.resolve("pytorch_model.bin.index.json"),
        "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {"
            + String.join(", ", entries)
            + "}}");
  }

  private Plan convert(ConvertOptions options) throws Exception {
    WriteOptions verified = WriteOptions.STANDARD.withCheck(new OutputVerifier());
    return Converter.convert(folder, output, options, verified, ProgressListener.NONE).plan();
  }

  @Test
  void aFolderIsMergedIntoOneFile() throws Exception {
    Plan plan = convert(ConvertOptions.STANDARD);
    assertThat(plan.tensors()).hasSize(entries.size());
    assertThat(plan.layout()).isEqualTo("PyTorch ZIP in 2 shards");
    assertThat(plan.metadata()).containsEntry("format", "pt");
  }

  @Test
  void namesAreChosenOfAllShardsTogether() throws Exception {
    Plan plan = convert(ConvertOptions.STANDARD.withNames(NameOptions.NONE.include("*.weight")));
    assertThat(plan.tensors()).allMatch(tensor -> tensor.info().name().endsWith(".weight"));
    assertThat(plan.leftOut()).anyMatch(part -> part.key().equals("steps") && part.byName());
  }

  @Test
  void itIsSplitAnew() throws Exception {
    assertThat(convert(ConvertOptions.STANDARD.withMaxShardBytes(400)).files().size())
        .isGreaterThan(2);
  }

  @Test
  void whatTheIndexSaysAndAShardDoesNotIsRefused() throws Exception {
    entries.add("\"more\": \"" + FIRST + "\"");
    writeIndex();
    assertThatThrownBy(() -> convert(ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("does not hold it");
    entries.removeLast();
    entries.removeFirst();
    writeIndex();
    assertThatThrownBy(() -> convert(ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the index does not name this file for it");
    assertThat(output).doesNotExist();
  }

  @Test
  void aMissingShardIsNamed() throws Exception {
    Files.delete(folder.resolve(SECOND));
    assertThatThrownBy(() -> convert(ConvertOptions.STANDARD)).hasMessageContaining(SECOND);
  }
}
