package dev.pt2st.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void name() {
    index = folder.resolve("m.safetensors.index.json");
  }

  private Path file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "x");
  }

  @Test
  void anIndexHasItsShardsThatAreThere() throws IOException {
    Files.writeString(
        index, "{\"weight_map\": {\"c\": \"2\", \"a\": \"1\", \"b\": \"2\", \"d\": \"gone\"}}");
    Path first = file("1");
    Path second = file("2");
    file("other.safetensors");
    assertThat(ModelFiles.in(folder)).containsExactly(ModelFiles.ofIndex(index));
    assertThat(ModelFiles.ofIndex(index).files()).containsExactly(index, first, second);
    assertThat(ModelFiles.ofIndex(index).model()).isEqualTo(index);
  }

  @Test
  void anIndexThatLeadsOutOfItsFolderHasNoShards() throws IOException {
    for (String text : new String[] {"{\"weight_map\": {\"a\": \"../1\"}}", "{", "[]", ""}) {
      Files.writeString(index, text);
      assertThat(ModelFiles.in(folder)).containsExactly(ModelFiles.ofIndex(index));
      assertThat(ModelFiles.ofIndex(index).files()).containsExactly(index);
    }
  }

  @Test
  void aFolderOfSeveralProcessesIsOneModel() throws IOException {
    Path dcp = Corpus.root().resolve("samples/sharded/dcp_columns");
    assertThat(ModelFiles.in(dcp))
        .singleElement()
        .satisfies(model -> {
          assertThat(model.model()).isEqualTo(dcp);
          assertThat(model.files()).contains(dcp.resolve(".metadata"), dcp.resolve("__0_0.distcp"));
        });
    assertThat(ModelFiles.in(dcp.resolveSibling("."))).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaid() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> ModelFiles.in(missing)).isInstanceOf(NoSuchFileException.class);
  }
}
