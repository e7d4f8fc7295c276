package dev.pt2st.bench.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pt2st.bench.checkpoint.ShardedSpec.Chunk;
import dev.pt2st.bench.checkpoint.ShardedSpec.Split;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShardedGeneratorTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void piecesOfDcpAreConvertedToWholeTensors(Split split) throws Exception {
    // Eleven rows or columns in four pieces: the last is smaller.
    ShardedSpec spec =
        new ShardedSpec(ShardedFormat.DCP, 11 * 11 * 4 * 3, 3, 3, 4, split, ElementType.FP32, 42);
    Plan plan = convert(spec);

    byte[] output = Files.readAllBytes(temporary.resolve("out.safetensors"));
    for (int tensor = 0; tensor < spec.tensors(); tensor++) {
      byte[] whole = new byte[11 * 11 * 4];
      for (int piece = 0; piece < spec.filledChunks(); piece++) {
        Chunk box = spec.chunk(piece);
        byte[] elements = bytes(spec.weights(tensor, piece), (int) (box.rows() * box.columns()));
        for (int row = 0; row < box.rows(); row++) {
          int target = Math.toIntExact((box.row() + row) * 11 + box.column());
          int length = Math.toIntExact(box.columns() * 4);
          System.arraycopy(elements, row * length, whole, target * 4, length);
        }
      }
      assertThat(written(plan, output, spec.name(tensor))).isEqualTo(whole);
    }
  }

  @Test
  void partsOfZero2AreConvertedToWholeTensors() throws Exception {
    ShardedSpec spec = zero(ShardedFormat.ZERO2);
    Plan plan = convert(spec);

    // 3 tensors of 25 elements on 4 ranks: 19 on each, of which one is padding.
    byte[] flat = new byte[4 * 19 * 4];
    for (int rank = 0; rank < 4; rank++) {
      System.arraycopy(bytes(spec.weights(rank), 19), 0, flat, rank * 19 * 4, 19 * 4);
    }
    byte[] output = Files.readAllBytes(temporary.resolve("out.safetensors"));
    for (int tensor = 0; tensor < 3; tensor++) {
      assertThat(written(plan, output, spec.name(tensor)))
          .isEqualTo(Arrays.copyOfRange(flat, tensor * 100, tensor * 100 + 100));
    }
  }

  @Test
  void partsOfZero3AreConvertedToWholeTensors() throws Exception {
    ShardedSpec spec = zero(ShardedFormat.ZERO3);
    Plan plan = convert(spec);

    // 7 of 25 elements on each rank, of which the last has 3 of padding.
    byte[] output = Files.readAllBytes(temporary.resolve("out.safetensors"));
    for (int tensor = 0; tensor < 3; tensor++) {
      byte[] whole = new byte[4 * 7 * 4];
      for (int rank = 0; rank < 4; rank++) {
        byte[] part = bytes(spec.weights(rank), 21);
        System.arraycopy(part, tensor * 28, whole, rank * 28, 28);
      }
      assertThat(written(plan, output, spec.name(tensor))).isEqualTo(Arrays.copyOf(whole, 100));
    }
  }

  @Test
  void aFolderWithEntriesIsNotWrittenInto() throws Exception {
    Files.createFile(temporary.resolve("mine"));
    assertThatIOException()
        .isThrownBy(() -> ShardedGenerator.generate(zero(ShardedFormat.ZERO3), temporary));
  }

  @Test
  void refusesChunksWithoutAnElement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ShardedSpec(ShardedFormat.DCP, 30, 1, 2, 20, Split.ROWS, ElementType.FP16, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ShardedSpec(ShardedFormat.ZERO2, 300, 1, 2, 2, Split.ROWS, ElementType.FP16, 1));
  }

  private static ShardedSpec zero(ShardedFormat format) {
    return new ShardedSpec(format, 300, 3, 4, 4, Split.ROWS, ElementType.FP32, 42);
  }

  private Plan convert(ShardedSpec spec) throws Exception {
    Path folder = temporary.resolve("folder");
    ShardedGenerator.generate(spec, folder);
    return Converter.convert(
            folder,
            temporary.resolve("out.safetensors"),
            ConvertOptions.STANDARD,
            ProgressListener.NONE)
        .plan();
  }

  private static byte[] written(Plan plan, byte[] output, String name) {
    Plan.PlannedTensor found =
        plan.tensors().stream()
            .filter(tensor -> tensor.info().name().equals(name))
            .findFirst()
            .orElseThrow();
    int header = plan.files().getFirst().header().size();
    return Arrays.copyOfRange(
        output,
        header + Math.toIntExact(found.info().begin()),
        header + Math.toIntExact(found.info().end()));
  }

  private static byte[] bytes(Weights weights, int elements) {
    int size = elements * 4;
    ByteBuffer bytes = ByteBuffer.allocate(size + 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < size; at += 8) {
      bytes.putLong(at, weights.word(at / 8));
    }
    return Arrays.copyOf(bytes.array(), size);
  }
}
