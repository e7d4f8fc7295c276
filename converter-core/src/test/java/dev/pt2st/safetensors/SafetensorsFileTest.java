package dev.pt2st.safetensors;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.ResourceName;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.testing.SafetensorsBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is checked when it is opened, and its tensors are slices of its mapping. */
class SafetensorsFileTest {
  private static final String TWO =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + tensor("a", "I16", "[2]", 0, 4)
          + ","
          + tensor("b", "U8", "[]", 4, 5)
          + "}";

  @TempDir Path temporary;

  @Test
  void aTensorIsASliceOfTheFile() throws Exception {
    Path path = file(SafetensorsBytes.of(TWO, new byte[] {1, 0, 2, 0, 3}));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.name()).isEqualTo(ResourceName.of(path));
      assertThat(file.size()).isEqualTo(Files.size(path));
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.tensors()).extracting(TensorInfo::name).containsExactly("a", "b");
      assertThat(file.tensor("b")).contains(new TensorInfo("b", DType.U8, Shape.of(), 4, 5));
      assertThat(file.tensor("c")).isEmpty();
      assertThat(
              file.data("a")
                  .toArray(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)))
          .containsExactly((short) 1, (short) 2);
      assertThat(file.data("b").toArray(ValueLayout.JAVA_BYTE)).containsExactly(3);
      assertThat(file.data("a").isReadOnly()).isTrue();
      assertThatThrownBy(() -> file.data("c"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no tensor is named c");
    }
  }

  @Test
  void itsSlicesEndWithIt() throws Exception {
    MemorySegment data;
    try (SafetensorsFile file = SafetensorsFile.open(file(SafetensorsBytes.of(TWO, new byte[5])))) {
      data = file.data("a");
    }
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aMalformedFileIsNotOpened() throws IOException {
    Path path = file(SafetensorsBytes.of(TWO, new byte[6]));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(path + ": after the data of its tensors the file goes on");
    assertThatThrownBy(() -> SafetensorsFile.open(temporary.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aTensorMayHaveMoreThanTwoGibibytes() throws Exception {
    long size = (3L << 30) + 5;
    String json =
        "{"
            + tensor("a", "U8", "[" + size + "]", 0, size)
            + ","
            + tensor("b", "U8", "[1]", size, size + 1)
            + "}";
    byte[] header = SafetensorsBytes.of(json);
    Path path = file(header);
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.seek(header.length + size);
      sparse.write(7);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.data("a").byteSize()).isEqualTo(size);
      assertThat(file.data("a").get(ValueLayout.JAVA_BYTE, size - 1)).isZero();
      assertThat(file.data("b").get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
    }
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(temporary.resolve("model.safetensors"), bytes);
  }
}
