package dev.pt2st.convert;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.IfExists;
import dev.pt2st.MalformedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output in shards: the same tensors in several files, which appear together. */
class ShardRulesTest {
  private static final ConvertOptions SHARDED = ConvertOptions.STANDARD.withMaxShardBytes(8);
  private static final WriteOptions REPLACING =
      WriteOptions.STANDARD.withIfExists(IfExists.REPLACE);

  @TempDir Path folder;

  private Path input;
  private Path output;

  /** In the order of the dict: 4, 8, 4 and 12 bytes. */
  @BeforeEach
  void makeACheckpoint() throws IOException {
    Torch torch = new Torch();
    Object top =
        Py.dict(
            "d", torch.tensor(1),
            "c", torch.tensor(2, 3),
            "b", torch.tensor(4),
            "a", torch.tensor(5, 6, 7));
    input = Files.write(folder.resolve("in.pt"), torch.zip(top));
    output = folder.resolve("x.safetensors");
  }

  @Test
  void tensorsAreSplitInTheOrderOfTheCheckpoint() throws Exception {
    Plan plan = convert(SHARDED);
    assertThat(names())
        .containsExactly(
            "in.pt",
            "x-00001-of-00004.safetensors",
            "x-00002-of-00004.safetensors",
            "x-00003-of-00004.safetensors",
            "x-00004-of-00004.safetensors",
            "x.safetensors.index.json");
    Map<String, JsonObject> all = new TreeMap<>();
    for (Path shard : plan.paths(output)) {
      all.putAll(Corpus.describe(shard));
    }
    Path whole = folder.resolve("whole.safetensors");
    Converter.convert(input, whole, ConvertOptions.STANDARD, ProgressListener.NONE);
    assertThat(all).isEqualTo(Corpus.describe(whole));
    JsonObject index =
        JsonParser.parseString(Files.readString(plan.indexPath(output).orElseThrow()))
            .getAsJsonObject();
    assertThat(index.getAsJsonObject("metadata").get("total_size").getAsLong()).isEqualTo(28);
    // "a" is larger than a shard, and stands before the one that "b" was put into.
    assertThat(index.getAsJsonObject("weight_map").asMap().toString())
        .isEqualTo(
            "{a=\"x-00003-of-00004.safetensors\", b=\"x-00004-of-00004.safetensors\","
                + " c=\"x-00002-of-00004.safetensors\", d=\"x-00001-of-00004.safetensors\"}");
  }

  @Test
  void oneShardIsAnOrdinaryFileWithoutAnIndex() throws Exception {
    Plan plan = convert(ConvertOptions.STANDARD.withMaxShardBytes(28));
    assertThat(names()).containsExactly("in.pt", "x.safetensors");
    assertThat(plan.indexPath(output)).isEmpty();
    byte[] bytes = Files.readAllBytes(output);
    Converter.convert(input, output, ConvertOptions.STANDARD, REPLACING, ProgressListener.NONE);
    assertThat(output).hasBinaryContent(bytes);
  }

  @Test
  void metadataStandInEveryShardAndInTheIndex() throws Exception {
    Plan plan = convert(SHARDED.withMetadata(Map.of("author", "Ada")));
    for (Path shard : plan.paths(output)) {
      assertThat(Files.readString(shard, ISO_8859_1))
          .contains("{\"__metadata__\":{\"author\":\"Ada\",\"format\":\"pt\"}");
    }
    assertThat(Files.readString(plan.indexPath(output).orElseThrow()))
        .contains("\"author\": \"Ada\",\n    \"total_size\": 28\n")
        .doesNotContain("format");
  }

  @Test
  void whatAnEarlierConversionLeftIsNotMixedWithTheNew() throws Exception {
    convert(SHARDED);
    assertThatThrownBy(() -> convert(ConvertOptions.STANDARD.withMaxShardBytes(16)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("x.safetensors.index.json");
    Files.delete(folder.resolve("x.safetensors.index.json"));
    assertThatThrownBy(() -> convert(ConvertOptions.STANDARD.withMaxShardBytes(16)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("x-00001-of-00004.safetensors");
  }

  @Test
  void overwriteReplacesTheModelAsAWhole() throws Exception {
    Files.writeString(folder.resolve("x-ray.safetensors"), "mine");
    convert(SHARDED);
    convert(SHARDED.withMaxShardBytes(16), REPLACING);
    assertThat(names())
        .containsExactly(
            "in.pt",
            "x-00001-of-00002.safetensors",
            "x-00002-of-00002.safetensors",
            "x-ray.safetensors",
            "x.safetensors.index.json");
    convert(SHARDED.withMaxShardBytes(100), REPLACING);
    assertThat(names()).containsExactly("in.pt", "x-ray.safetensors", "x.safetensors");
    convert(SHARDED.withMaxShardBytes(16), REPLACING);
    assertThat(names())
        .containsExactly(
            "in.pt",
            "x-00001-of-00002.safetensors",
            "x-00002-of-00002.safetensors",
            "x-ray.safetensors",
            "x.safetensors.index.json");
  }

  @Test
  void withoutTheOptionOnlyTheOneFileIsTouched() throws Exception {
    convert(SHARDED);
    List<String> shards = names();
    convert(ConvertOptions.STANDARD, REPLACING);
    assertThat(names()).containsAll(shards).contains("x.safetensors").hasSize(shards.size() + 1);
  }

  @Test
  void aFailureInALaterShardLeavesNothingNewAndAllThatWas() throws Exception {
    convert(SHARDED);
    Map<String, String> before = content();
    Torch torch = new Torch();
    Object top = Py.dict("one", torch.tensor(1, 2), "two", torch.tensor(3, 4));
    byte[] damaged = torch.zip(top);
    damaged[new String(damaged, ISO_8859_1).lastIndexOf("\0\0\u0080@")] ^= 1;
    Files.write(input, damaged);
    assertThatThrownBy(() -> convert(SHARDED, REPLACING))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("CRC-32");
    before.remove("in.pt");
    assertThat(content()).containsAllEntriesOf(before).hasSize(before.size() + 1);
  }

  @Test
  void theInputIsNeverOneOfTheFiles() throws Exception {
    Path shard = Files.move(input, folder.resolve("x-00001-of-00001.safetensors"));
    input = shard;
    assertThatThrownBy(() -> convert(SHARDED, REPLACING))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("input and output are the same file");
    assertThat(names()).containsExactly("x-00001-of-00001.safetensors");
  }

  @Test
  void otherNamesGiveNoShards() {
    output = folder.resolve("x.bin");
    assertThatThrownBy(() -> convert(SHARDED))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("derived from a name that ends in .safetensors");
    assertThatIllegalArgumentException().isThrownBy(() -> SHARDED.withMaxShardBytes(0));
  }

  private Plan convert(ConvertOptions options) throws Exception {
    return convert(options, WriteOptions.STANDARD);
  }

  private Plan convert(ConvertOptions options, WriteOptions how) throws Exception {
    return Converter.convert(input, output, options, how, ProgressListener.NONE).plan();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    for (String name : names()) {
      content.put(name, Corpus.sha256(Files.readAllBytes(folder.resolve(name))));
    }
    return content;
  }
}
