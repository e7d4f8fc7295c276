package dev.pt2st.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.TensorInfo;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of reading and writing safetensors files in docs/library.md runs. */
class TakePartTest {
  private static final Path ROOT = Path.of(System.getProperty("pt2st.root", ".."));

  @TempDir Path temporary;

  @Test
  void itTakesTheTensorsBelowAName() throws Exception {
    Path whole = temporary.resolve("whole.safetensors");
    Path part = temporary.resolve("part.safetensors");
    ConvertOne.convert(ROOT.resolve("samples/checkpoints/zip_basic.pt"), whole);
    TakePart.take(whole, part, "layer.");
    try (SafetensorsFile from = SafetensorsFile.open(whole);
        SafetensorsFile taken = SafetensorsFile.open(part)) {
      assertThat(taken.metadata()).isEqualTo(from.metadata());
      assertThat(taken.tensors())
          .extracting(TensorInfo::name)
          .containsExactly("layer.0.bias", "layer.0.weight");
      for (TensorInfo tensor : taken.tensors()) {
        assertThat(taken.data(tensor).mismatch(from.data(tensor.name()))).isEqualTo(-1);
      }
    }
  }
}
