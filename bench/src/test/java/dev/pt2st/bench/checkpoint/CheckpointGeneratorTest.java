package dev.pt2st.bench.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointGeneratorTest {
  @TempDir Path folder;

  static Stream<CheckpointSpec> everyKind() {
    List<CheckpointSpec> specs = new ArrayList<>();
    for (FileLayout layout : FileLayout.values()) {
      for (Strides strides : Strides.values()) {
        for (ElementType type : ElementType.values()) {
          specs.add(new CheckpointSpec(100_003, 7, type, layout, strides, 42));
        }
      }
      // More tensors than one batch of a pickle, and one over.
      specs.add(new CheckpointSpec(5_000, 1_001, ElementType.FP16, layout, Strides.CONTIGUOUS, 42));
      // More than the buffers hold.
      specs.add(new CheckpointSpec(3_000_000, 1, ElementType.FP16, layout, Strides.CONTIGUOUS, 42));
    }
    return specs.stream();
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void isConvertedTensorByTensor(CheckpointSpec spec) throws Exception {
    Path file = folder.resolve("checkpoint.pt");
    CheckpointGenerator.generate(spec, file);

    Path converted = folder.resolve("out.safetensors");
    Plan plan =
        Converter.convert(file, converted, ConvertOptions.STANDARD, ProgressListener.NONE).plan();

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.tensors()).hasSize(spec.tensors());
    ByteBuffer output = read(converted);
    for (int tensor = 0; tensor < spec.tensors(); tensor++) {
      Plan.PlannedTensor found = find(plan, spec.name(tensor));
      Strides.Geometry geometry = spec.geometry(tensor);
      assertThat(found.info().dtype().byteSize()).isEqualTo(spec.type().bytes());
      assertThat(sizes(found)).isEqualTo(geometry.shape());
      byte[] data = new byte[Math.toIntExact(found.info().end() - found.info().begin())];
      output.get(
          plan.files().getFirst().header().size() + Math.toIntExact(found.info().begin()), data);
      assertThat(data).isEqualTo(rowMajor(spec, tensor));
    }
  }

  @Test
  void zipIsInOrderForAnotherReader() throws Exception {
    CheckpointSpec spec =
        new CheckpointSpec(50_000, 3, ElementType.FP32, FileLayout.ZIP, Strides.CONTIGUOUS, 42);
    Path file = folder.resolve("model.v1.pt");
    CheckpointGenerator.generate(spec, file);

    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(Object::toString))
          .containsExactly(
              "model.v1/data.pkl",
              "model.v1/.format_version",
              "model.v1/.storage_alignment",
              "model.v1/byteorder",
              "model.v1/data/0",
              "model.v1/data/1",
              "model.v1/data/2",
              "model.v1/version",
              "model.v1/.data/serialization_id");
      // Checks the CRC-32 at its end.
      byte[] storage = zip.getInputStream(zip.getEntry("model.v1/data/1")).readAllBytes();
      assertThat(storage).isEqualTo(storage(spec, 1));
      assertThat(positionOf(storage, Files.readAllBytes(file)) % 64).isZero();
    }
  }

  @Test
  void aSeedGivesTheSameFileAndAnotherSeedAnother() throws Exception {
    Path file = folder.resolve("checkpoint.pt");
    CheckpointGenerator.generate(seeded(1), file);
    byte[] first = Files.readAllBytes(file);
    CheckpointGenerator.generate(seeded(1), file);
    assertThat(file).hasBinaryContent(first);
    CheckpointGenerator.generate(seeded(2), file);
    assertThat(Files.readAllBytes(file)).hasSameSizeAs(first).isNotEqualTo(first);
  }

  @Test
  void numbersAreSmallAndFinite() {
    for (long i = 0; i < 10_000; i++) {
      long word = new Weights(42, 0, ElementType.FP32).word(i);
      assertThat(Math.abs(Float.intBitsToFloat((int) word))).isLessThan(2);
      short half = (short) new Weights(42, 0, ElementType.FP16).word(i);
      assertThat(Math.abs(Float.float16ToFloat(half))).isLessThan(2);
    }
  }

  @Test
  void refusesTensorsWithoutAnElement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new CheckpointSpec(10, 6, ElementType.FP16, FileLayout.ZIP, Strides.CONTIGUOUS, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new CheckpointSpec(10, 1, ElementType.FP16, FileLayout.ZIP, Strides.CHANNELS_LAST, 1));
  }

  private static CheckpointSpec seeded(long seed) {
    return new CheckpointSpec(
        10_000, 3, ElementType.FP16, FileLayout.LEGACY, Strides.CONTIGUOUS, seed);
  }

  private static ByteBuffer read(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  private static Plan.PlannedTensor find(Plan plan, String name) {
    return plan.tensors().stream()
        .filter(tensor -> tensor.info().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Long> sizes(Plan.PlannedTensor tensor) {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < tensor.info().shape().rank(); i++) {
      sizes.add(tensor.info().shape().get(i));
    }
    return sizes;
  }

  /** The storage's bytes, made one word at a time. */
  private static byte[] storage(CheckpointSpec spec, int tensor) {
    int size = Math.toIntExact(spec.storageBytes(tensor));
    ByteBuffer bytes = ByteBuffer.allocate(size + 8).order(ByteOrder.LITTLE_ENDIAN);
    Weights weights = spec.weights(tensor);
    for (int at = 0; at < size; at += 8) {
      bytes.putLong(at, weights.word(at / 8));
    }
    return Arrays.copyOf(bytes.array(), size);
  }

  /** The tensor's bytes, element by element as shape and strides say. */
  private static byte[] rowMajor(CheckpointSpec spec, int tensor) {
    Strides.Geometry geometry = spec.geometry(tensor);
    byte[] storage = storage(spec, tensor);
    ByteBuffer result = ByteBuffer.allocate(storage.length);
    for (long element = 0; element < geometry.elements(); element++) {
      long rest = element;
      long index = 0;
      for (int dimension = geometry.shape().size() - 1; dimension >= 0; dimension--) {
        index += rest % geometry.shape().get(dimension) * geometry.stride().get(dimension);
        rest /= geometry.shape().get(dimension);
      }
      int bytes = spec.type().bytes();
      result.put(storage, Math.toIntExact(index * bytes), bytes);
    }
    return result.array();
  }

  private static int positionOf(byte[] part, byte[] whole) {
    for (int at = 0; at + part.length <= whole.length; at++) {
      if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new AssertionError("not there");
  }
}
