package dev.pt2st.safetensors;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.format.SafetensorsContent;
import dev.pt2st.safetensors.format.ShardIndex;
import dev.pt2st.testing.SafetensorsBytes;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model is one file, or all files that an index names, if both say the same. */
class SafetensorsModelTest {
  @TempDir Path temporary;

  @BeforeEach
  void writeShards() throws IOException {
    write("one.safetensors", file("a", 1));
    write("two.safetensors", file("b", 2));
  }

  private static byte[] file(String name, int value) {
    String header =
        "{\"__metadata__\":{\"in\":\"" + name + "\"}," + tensor(name, "U8", "[1]", 0, 1);
    return SafetensorsBytes.of(header + "}", (byte) value);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(temporary.resolve(name), bytes);
  }

  private Path index(String text) throws IOException {
    return Files.writeString(temporary.resolve("model.safetensors.index.json"), text);
  }

  @Test
  void oneFileIsAModel() throws Exception {
    try (SafetensorsModel model = SafetensorsModel.open(temporary.resolve("one.safetensors"))) {
      assertThat(model.files()).hasSize(1);
      assertThat(model.tensors()).extracting(tensor -> tensor.info().name()).containsExactly("a");
      assertThat(model.metadata()).isEqualTo(Map.of("in", "a"));
    }
  }

  @Test
  void anIndexNamesTheFilesOfAModel() throws Exception {
    Path index =
        index(
            " \n{\"metadata\":{\"total_size\":2,\"x\":[null]},\"weight_map\":"
                + "{\"b\":\"two.safetensors\",\"a\":\"one.safetensors\"}}\n");
    try (SafetensorsModel model = SafetensorsModel.open(index)) {
      assertThat(model.files())
          .extracting(file -> Path.of(file.name().text()))
          .containsExactly(
              temporary.resolve("one.safetensors"), temporary.resolve("two.safetensors"));
      assertThat(model.tensors())
          .extracting(tensor -> (int) tensor.data().get(ValueLayout.JAVA_BYTE, 0))
          .containsExactly(1, 2);
      assertThat(model.metadata()).isEqualTo(Map.of("in", "a"));
    }
  }

  @Test
  void whatTheShardIndexWritesIsRead() throws Exception {
    byte[] written =
        ShardIndex.write(
            Map.of("a", "one.safetensors", "b", "two.safetensors"), 2, Map.of("é", "\u2028"));
    try (SafetensorsModel model =
        SafetensorsModel.open(write("model.safetensors.index.json", written))) {
      assertThat(model.tensors()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}|this is JSON, but not an index of shards, as it has no \"weight_map\"",
        "{\"weight_map\":{},\"weight_map\":{}}|byte 17: the index has \"weight_map\" twice",
        "{\"weight_map\":[]}|byte 14: an object of file names is expected instead of \"[\"",
        "{\"weight_map\":{\"a\":1}}|byte 19: the name of a file is expected instead of \"1\"",
        "{\"weight_map\":{}} x|byte 18: the end of the index is expected instead of \"x\"",
        "{\"weight_map\":{\"a\":\"one.safetensors\",\"a\":\"one.safetensors\"}}"
            + "|byte 37: the index has the tensor \"a\" twice",
        "{\"weight_map\":{\"a\":\"../one.safetensors\"}}"
            + "|byte 19: the file \"../one.safetensors\" is not named as one in the folder",
        "{\"weight_map\":{\"a\":\"/one.safetensors\"}}|byte 19: the file \"/one.safetensors\" is not",
        "{\"weight_map\":{\"a\":\"..\"}}|byte 19: the file \"..\" is not named as one in the folder",
        "{\"weight_map\":{\"a\":\"\"}}|byte 19: the file \"\" is not named as one in the folder",
        "{\"weight_map\":{\"a\":\"x\\\\y\"}}|byte 19: the file \"x\\y\" is not named as one in the folder",
        "{\"weight_map\":{\"a\":\"x\\u0000\"}}|byte 19: the file \"x\0\" is not named as one in the folder",
        "{\"weight_map\":{\"a\":\"one.safetensors\",\"c\":\"one.safetensors\"}}"
            + "|tensor \"c\": the file \"one.safetensors\" that the index names for it does not hold it",
      })
  void anIndexThatIsWrongIsRefused(String text, String sentence) throws IOException {
    Path index = index(text);
    assertThatThrownBy(() -> SafetensorsModel.open(index))
        .isInstanceOf(
            sentence.contains(" is not") ? RefusedException.class : MalformedException.class)
        .hasMessageStartingWith(index + ": " + sentence);
  }

  @Test
  void aTensorThatTheIndexDoesNotNameIsRefused() throws IOException {
    write("two.safetensors", file("a", 2));
    Path index = index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");
    assertThatThrownBy(() -> SafetensorsModel.open(index))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(temporary.resolve("two.safetensors") + ": tensor \"a\"")
        .hasMessageContaining("the index does not name this file for it");
  }

  @Test
  void aFileThatIsMissingIsNamed() throws IOException {
    Path index = index("{\"weight_map\":{\"a\":\"none.safetensors\"}}");
    assertThatThrownBy(() -> SafetensorsModel.open(index))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(temporary.resolve("none.safetensors").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PK\u0003\u0004", "\u0080\u0002}q\u0000.", "]", "  ", "123456789"})
  void otherFilesAreNone(String content) throws IOException {
    try (MappedFile file =
        MappedFile.open(Files.writeString(temporary.resolve("other"), content))) {
      assertThat(SafetensorsContent.isOne(file)).isFalse();
    }
  }
}
