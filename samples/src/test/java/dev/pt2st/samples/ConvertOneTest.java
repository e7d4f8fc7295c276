package dev.pt2st.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a conversion in docs/library.md runs. */
class ConvertOneTest {
  private static final Path ROOT = Path.of(System.getProperty("pt2st.root", ".."));

  @TempDir Path temporary;

  @Test
  void itConvertsACheckpoint() throws IOException {
    Path output = temporary.resolve("out.safetensors");
    assertThat(ConvertOne.convert(sample("checkpoints/zip_basic.pt"), output))
        .isEqualTo("5 tensors, " + Files.size(output) + " bytes");
    assertThat(output).content().contains("\"origin\":\"example\"");
  }

  @Test
  void itSaysWhatWasRefused() throws IOException {
    Path input = sample("hostile/zip_os_system.pt");
    assertThat(ConvertOne.convert(input, temporary.resolve("out.safetensors")))
        .isEqualTo(
            "refused: to load this file would run os.system('echo pwned'): this is an attack, not a"
                + " model, 1 globals");
  }

  @Test
  void itSaysWhatFailed() throws IOException {
    Path input = sample("checkpoints/bad_empty.pt");
    assertThat(ConvertOne.convert(input, temporary.resolve("out.safetensors")))
        .isEqualTo("failed: the file is empty");
  }

  private static Path sample(String name) {
    return ROOT.resolve("samples").resolve(name);
  }
}
