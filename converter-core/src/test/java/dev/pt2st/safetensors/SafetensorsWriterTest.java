package dev.pt2st.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.safetensors.SafetensorsWriter.Tensor;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file is laid out as the reference writer lays it out, and appears whole or not at all. */
class SafetensorsWriterTest {
  private static final List<Tensor> TWO =
      List.of(
          new Tensor("byte", DType.U8, Shape.of(3)), new Tensor("float", DType.F32, Shape.of(2)));

  @TempDir Path temporary;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Path path = temporary.resolve("out.safetensors");
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(path, TWO, Map.of("format", "pt"), IfExists.REFUSE)) {
      writer.write("byte", bytes(1, 2));
      writer.write("float", MemorySegment.ofArray(new float[] {1.5f, -2}));
      writer.write("byte", bytes(3));
      assertThat(path).doesNotExist();
      writer.commit(Durability.WRITTEN);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensors()).extracting(TensorInfo::name).containsExactly("float", "byte");
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.data("float").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(1.5f, -2);
      assertThat(file.data("byte").toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void memoryOfAnyKindAndSizeIsTaken() throws Exception {
    Path path = temporary.resolve("out.safetensors");
    long size = (3 << 20) + 1;
    try (Arena arena = Arena.ofConfined();
        SafetensorsWriter writer =
            SafetensorsWriter.create(
                path,
                List.of(new Tensor("a", DType.I8, Shape.of(size))),
                Map.of(),
                IfExists.REFUSE)) {
      MemorySegment native1 = arena.allocate(size).fill((byte) 5);
      writer.write("a", native1.asReadOnly());
      writer.commit(Durability.SYNCED);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.data("a").mismatch(MemorySegment.ofArray(filled((int) size)))).isEqualTo(-1);
    }
  }

  private static byte[] filled(int size) {
    byte[] bytes = new byte[size];
    java.util.Arrays.fill(bytes, (byte) 5);
    return bytes;
  }

  @Test
  void withoutCommitNothingIsLeft() throws Exception {
    Path path = temporary.resolve("out.safetensors");
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(path, TWO, Map.of(), IfExists.REFUSE)) {
      writer.write("byte", bytes(1, 2, 3));
      assertThatIllegalStateException()
          .isThrownBy(() -> writer.commit(Durability.WRITTEN))
          .withMessage("the tensor float lacks 8 bytes");
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aTensorGetsNoMoreThanItsBytes() throws Exception {
    Path path = temporary.resolve("out.safetensors");
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(path, TWO, Map.of(), IfExists.REFUSE)) {
      writer.write("byte", bytes(1, 2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.write("byte", bytes(3, 4)))
          .withMessage("2 bytes where the tensor byte lacks 1");
      assertThatIllegalArgumentException().isThrownBy(() -> writer.write("other", bytes(3)));
    }
  }

  @Test
  void anExistingFileIsReplacedOnlyWhereThatIsWanted() throws Exception {
    Path path = Files.write(temporary.resolve("out.safetensors"), new byte[] {1});
    assertThatThrownBy(() -> SafetensorsWriter.create(path, List.of(), Map.of(), IfExists.REFUSE))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(path, List.of(), Map.of(), IfExists.REPLACE)) {
      writer.commit(Durability.WRITTEN);
    }
    assertThat(path)
        .hasBinaryContent(new byte[] {8, 0, 0, 0, 0, 0, 0, 0, '{', '}', 32, 32, 32, 32, 32, 32});
  }

  static Stream<List<Tensor>> impossible() {
    Tensor a = new Tensor("a", DType.U8, Shape.of(1));
    return Stream.of(
        List.of(a, new Tensor("a", DType.F64, Shape.of(1))),
        List.of(new Tensor("__metadata__", DType.U8, Shape.of(1))),
        List.of(new Tensor("\ud800", DType.U8, Shape.of(1))),
        List.of(new Tensor("a", DType.COMPLEX128, Shape.of(1))),
        List.of(new Tensor("a", DType.F4, Shape.of(3))),
        List.of(new Tensor("a", DType.F32, Shape.of(1L << 40, 1L << 40))),
        List.of(new Tensor("a", DType.F32, Shape.of(1L << 40, 1L << 40, 0))),
        List.of(new Tensor("a", DType.F64, Shape.of(1L << 60))),
        Stream.iterate(1, i -> i + 1)
            .limit(9)
            .map(i -> new Tensor("a" + i, DType.U8, Shape.of((1L << 60) - 1)))
            .toList(),
        Collections.nCopies(2, a));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatTheFormatCannotHoldIsNotBegun(List<Tensor> tensors) throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            SafetensorsWriter.create(
                temporary.resolve("out.safetensors"), tensors, Map.of(), IfExists.REFUSE));
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aNegativeSizeIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tensor("a", DType.U8, Shape.of(-1, -2)));
  }

  private static MemorySegment bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return MemorySegment.ofArray(bytes);
  }
}
