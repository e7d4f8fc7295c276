package dev.pt2st.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardNamesTest {
  @TempDir Path folder;

  @Test
  void namesAreThoseOfHuggingFace() {
    ShardNames names = new ShardNames(Path.of("models/x.safetensors"));
    assertThat(names.shard(1, 3)).hasToString("models/x-00001-of-00003.safetensors");
    assertThat(names.shard(123456, 123456)).hasToString("models/x-123456-of-123456.safetensors");
    assertThat(names.index()).hasToString("models/x.safetensors.index.json");
    assertThat(new ShardNames(Path.of("x.safetensors")).shard(2, 2))
        .hasToString("x-00002-of-00002.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.bin", "x", ".safetensors", "x.safetensors.bak", "/"})
  void theyAreMadeFromNoOtherName(String name) {
    assertThat(ShardNames.areMadeFrom(Path.of(name))).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new ShardNames(Path.of(name)));
  }

  @Test
  void theFilesOfAModelAreFoundAndNoOthers() throws IOException {
    for (String name :
        new String[] {
          "x+.safetensors",
          "x+-00001-of-00002.safetensors",
          "x+-00002-of-00002.safetensors",
          "x+.safetensors.index.json",
          "x+-1-of-2.safetensors",
          "x+-00001-of-00002.safetensors.bak",
          "xx-00001-of-00002.safetensors",
          "my x+-00001-of-00002.safetensors"
        }) {
      Files.createFile(folder.resolve(name));
    }
    Files.createDirectory(folder.resolve("x+-00001-of-00001.safetensors"));
    Files.createSymbolicLink(folder.resolve("x+-00001-of-00009.safetensors"), Path.of("nowhere"));
    assertThat(new ShardNames(folder.resolve("x+.safetensors")).existing())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "x+.safetensors.index.json",
            "x+.safetensors",
            "x+-00001-of-00002.safetensors",
            "x+-00001-of-00009.safetensors",
            "x+-00002-of-00002.safetensors");
  }
}
