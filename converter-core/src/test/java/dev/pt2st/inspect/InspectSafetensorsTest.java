package dev.pt2st.inspect;

import static dev.pt2st.testing.Py.dict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnsupportedException;
import dev.pt2st.inspect.pickle.PickleListing;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.testing.SafetensorsBytes;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of safetensors files, and of models in several files. */
class InspectSafetensorsTest {
  private static final String ONE =
      """
      {"__metadata__":{"format":"pt","note":"x"},
       "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
       "b.c":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}\
      """;

  private static final String OTHER =
      """
      {"__metadata__":{"format":"np"},"d":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}\
      """;

  @TempDir Path temporary;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(temporary.resolve(name), content);
  }

  private Inspection inspectIndex(String map) throws Exception {
    Path index = temporary.resolve("model.index.json");
    Files.writeString(index, "{\"metadata\":{\"total_size\":1},\"weight_map\":" + map + "}");
    return Inspector.inspect(index, ReadOptions.STANDARD);
  }

  private static TensorSummary tensor(
      String name, DType dtype, Shape shape, long bytes, String remark, String file) {
    return new TensorSummary(name, "", dtype, shape, null, bytes, "", remark, file);
  }

  @Test
  void theHeaderSaysItAll() throws Exception {
    Path file = write("m.safetensors", SafetensorsBytes.of(ONE, new byte[16]));
    Inspection found = Inspector.inspect(file, ReadOptions.STANDARD);
    assertThat(found.problem()).isNull();
    assertThat(found.layout()).isEqualTo("safetensors");
    assertThat(found.tensors())
        .containsExactly(
            tensor("a", DType.F32, Shape.of(2), 8, "", ""),
            tensor("b.c", DType.I64, Shape.of(), 8, "", ""));
    assertThat(found.metadata()).isEqualTo(Map.of("format", "pt", "note", "x"));
    assertThat(found.memoryBytes()).isEqualTo(16);
    assertThat(found.roots()).isEmpty();
  }

  @Test
  void aRuleThatIsBrokenIsTheProblem() throws Exception {
    Path file = write("m.safetensors", SafetensorsBytes.of(ONE, new byte[15]));
    Inspection found = Inspector.inspect(file, ReadOptions.STANDARD);
    assertThat(found.problem()).isInstanceOf(MalformedException.class);
    assertThat(found.layout()).isEqualTo("safetensors");
    assertThat(found.tensors()).isEmpty();
  }

  @Test
  void thereAreNoPicklesInIt() throws Exception {
    Path file = write("m.safetensors", SafetensorsBytes.of(ONE, new byte[16]));
    assertThatThrownBy(() -> PickleListing.list(file, ReadOptions.STANDARD, null))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("a safetensors file, which has no pickles");
  }

  @Test
  void theFilesOfAnIndexAreLookedAtTogether() throws Exception {
    write("one.safetensors", SafetensorsBytes.of(ONE, new byte[16]));
    write("two.safetensors", SafetensorsBytes.of(OTHER, new byte[3]));
    Inspection found =
        inspectIndex(
            """
            {"d":"two.safetensors","a":"one.safetensors","b.c":"one.safetensors"}\
            """);
    assertThat(found.problem()).isNull();
    assertThat(found.layout()).isEqualTo("index of safetensors files");
    assertThat(found.facts()).containsExactly(new Fact("files", "2"));
    assertThat(found.tensors())
        .containsExactly(
            tensor("a", DType.F32, Shape.of(2), 8, "", "one.safetensors"),
            tensor("b.c", DType.I64, Shape.of(), 8, "", "one.safetensors"),
            tensor("d", DType.U8, Shape.of(3), 3, "", "two.safetensors"));
    assertThat(found.memoryBytes()).isEqualTo(19);
    assertThat(found.metadata()).isEqualTo(Map.of("format", "pt", "note", "x"));
  }

  @Test
  void whereIndexAndFilesDifferItIsSaid() throws Exception {
    write("one.safetensors", SafetensorsBytes.of(ONE, new byte[16]));
    Inspection found = inspectIndex("{\"a\":\"one.safetensors\",\"gone\":\"one.safetensors\"}");
    assertThat(found.tensors())
        .extracting(TensorSummary::remark)
        .containsExactly("", "the index does not name this file for it");
    assertThat(found.problem())
        .hasMessageContaining("tensor \"gone\"")
        .hasMessageContaining("does not hold it");
  }

  @Test
  void aFileThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> inspectIndex("{\"a\":\"none.safetensors\"}"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.safetensors");
  }

  @Test
  void anIndexMayNameCheckpoints() throws Exception {
    Torch torch = new Torch();
    write("one.bin", torch.zip(dict("a", torch.tensor(1, 2), "epoch", 3)));
    Inspection found = inspectIndex("{\"a\":\"one.bin\"}");
    assertThat(found.layout()).isEqualTo("index of PyTorch ZIP files");
    assertThat(found.tensors())
        .containsExactly(tensor("a", DType.F32, Shape.of(2), 8, "", "one.bin"));
    assertThat(found.values()).containsExactly(new ValueSummary("epoch", "an int", "3"));
    assertThat(found.globals()).isNotEmpty();
  }

  @Test
  void anIndexDoesNotNameIndexes() throws Exception {
    Files.writeString(temporary.resolve("other.json"), "{\"weight_map\":{\"a\":\"other.json\"}}");
    Inspection found = inspectIndex("{\"a\":\"other.json\"}");
    assertThat(found.tensors()).isEmpty();
    assertThat(found.problem()).isNotNull();
  }
}
