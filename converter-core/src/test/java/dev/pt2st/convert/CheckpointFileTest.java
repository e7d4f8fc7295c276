package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors are read without a conversion, as PyTorch would give them. */
class CheckpointFileTest {
  /** Copies of more bytes are in a file that is mapped too. */
  private static final long NATIVE = 4L << 20;

  @TempDir Path temporary;

  static Stream<Corpus.Case> cases() {
    Stream<Corpus.Case> cases = Corpus.samples().cases();
    for (String folder : new String[] {"corpus", "real"}) {
      Path shared = Corpus.shared(folder);
      if (Files.isDirectory(shared)) {
        cases = Stream.concat(cases, Corpus.at(shared).cases());
      }
    }
    return cases;
  }

  static Stream<Corpus.Case> converted() {
    return cases().filter(c -> c.expect().equals("convert"));
  }

  /** As a manifest describes tensors; each is asked for twice, and copied. */
  private static Map<String, JsonObject> describe(CheckpointFile file)
      throws CheckpointException, IOException {
    Map<String, JsonObject> tensors = new TreeMap<>();
    for (CheckpointTensor tensor : file.tensors()) {
      MemorySegment data = file.data(tensor);
      assertThat(data.isReadOnly()).isTrue();
      assertThat(data.byteSize()).isEqualTo(tensor.byteSize());
      assertThat(file.data(tensor.name())).isEqualTo(data);
      if (data.byteSize() <= NATIVE) {
        assertThat(data.isMapped()).as(tensor.name()).isEqualTo(file.isInPlace(tensor));
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment copy = arena.allocate(tensor.byteSize());
        file.copy(tensor, copy);
        assertThat(copy.mismatch(data)).isEqualTo(-1);
      }
      JsonObject described = new JsonObject();
      described.addProperty("dtype", tensor.dtype().safetensorsName());
      JsonArray shape = new JsonArray();
      for (long size : tensor.shape().toArray()) {
        shape.add(size);
      }
      described.add("shape", shape);
      described.addProperty("sha256", Corpus.sha256(data.toArray(ValueLayout.JAVA_BYTE)));
      tensors.put(tensor.name(), described);
    }
    return tensors;
  }

  private static void assertHolds(CheckpointFile file, JsonObject expected) throws Exception {
    Map<String, String> found = new TreeMap<>();
    describe(file).forEach((name, tensor) -> found.put(name, tensor.toString()));
    Map<String, String> wanted = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
      JsonObject tensor = entry.getValue().getAsJsonObject();
      JsonObject described = new JsonObject();
      for (String key : new String[] {"dtype", "shape", "sha256"}) {
        described.add(key, tensor.get(key));
      }
      wanted.put(entry.getKey(), described.toString());
    }
    assertThat(found).isEqualTo(wanted);
  }

  /** What a conversion refuses is refused in the same words. */
  @ParameterizedTest
  @MethodSource("converted")
  void eachTensorHasTheBytesThatPyTorchGives(Corpus.Case sample) throws Exception {
    try {
      Converter.plan(sample.file(), ConvertOptions.STANDARD);
    } catch (RefusedException e) {
      assertThatThrownBy(() -> CheckpointFile.open(sample.file(), ReadOptions.STANDARD))
          .isInstanceOf(RefusedException.class)
          .hasMessage(e.getMessage());
      return;
    }
    try (CheckpointFile file = CheckpointFile.open(sample.file(), ReadOptions.STANDARD)) {
      assertHolds(file, sample.answer().getAsJsonObject("tensors"));
      assertThat(file.tensorsWithoutValues()).isEmpty();
    }
  }

  static Stream<Corpus.Case> withMore() {
    return converted().filter(c -> c.answer().has("tensors_everything"));
  }

  @ParameterizedTest
  @MethodSource("withMore")
  void everythingCanBeTaken(Corpus.Case sample) throws Exception {
    Policy policy = sample.answer().has("foreign") ? Policy.STANDARD.allowAll() : Policy.STANDARD;
    try (CheckpointFile file =
        CheckpointFile.open(
            sample.file(), ReadOptions.STANDARD.withPolicy(policy), ConvertOptions.ALL_ROOT)) {
      assertHolds(file, sample.answer().getAsJsonObject("tensors_everything"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "zip_basic.pt, embed.weight, true",
    "zip_strided.pt, row, true",
    "zip_strided.pt, t, false",
    "zip_strided.pt, expand, false",
    "zip_deflated.pt, *, false",
    "zip_big_endian.pt, *, false",
    "legacy_shared.pt, *, true",
  })
  void nothingIsCopiedThatLiesInTheFileAsItIsGiven(String sample, String name, boolean inPlace)
      throws Exception {
    Path path = Corpus.root().resolve("samples/checkpoints").resolve(sample);
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD)) {
      CheckpointTensor tensor =
          name.equals("*") ? file.tensors().getFirst() : file.tensor(name).orElseThrow();
      assertThat(file.isInPlace(tensor)).isEqualTo(inPlace);
      assertThat(file.data(tensor).isMapped()).isEqualTo(inPlace);
    }
  }

  @Test
  void useAfterCloseFailsCleanly() throws Exception {
    Path path = Corpus.root().resolve("samples/checkpoints/zip_strided.pt");
    CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD);
    MemorySegment slice = file.data("row");
    MemorySegment copy = file.data("t");
    file.close();
    file.close();
    for (MemorySegment segment : new MemorySegment[] {slice, copy}) {
      assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
    }
    for (String name : new String[] {"row", "t", "col"}) {
      assertThatThrownBy(() -> file.data(name)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(file.tensors()).isNotEmpty();
  }

  @Test
  void manyThreadsGetTheSameMemory() throws Exception {
    Path path = Corpus.root().resolve("samples/checkpoints/zip_strided.pt");
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD)) {
      MemorySegment[] found = new MemorySegment[64];
      ParallelTasks.run(
          found.length, 1L << 30, 4, () -> piece -> found[piece] = file.data("channels_last"));
      assertThat(found).containsOnly(found[0]);
    }
  }

  private Path write(Object top) throws IOException {
    return Files.write(temporary.resolve("in.pt"), new Torch().zip(top));
  }

  @Test
  void complexNumbersThatSafetensorsDoesNotHaveAreGiven() throws Exception {
    Torch torch = new Torch();
    Object complex =
        Torch.view(
            torch.storage("ComplexDoubleStorage", new byte[32], 2), 0, Py.tuple(2), Py.tuple(1));
    Path path = Files.write(temporary.resolve("in.pt"), torch.zip(Py.dict("c", complex)));
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD)) {
      assertThat(file.tensors())
          .containsExactly(new CheckpointTensor("c", DType.COMPLEX128, Shape.of(2)));
      assertThat(file.data("c").byteSize()).isEqualTo(32);
    }
  }

  @Test
  void whatHasNoValuesIsNamed() throws Exception {
    Path path = Corpus.root().resolve("samples/checkpoints/zip_sparse.pt");
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD)) {
      assertThat(file.tensorsWithoutValues())
          .isNotEmpty()
          .extracting(Plan.Skipped::why)
          .contains("a sparse tensor");
      String name = file.tensorsWithoutValues().getFirst().name();
      assertThat(file.tensor(name)).isEmpty();
      assertThatThrownBy(() -> file.data(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aDamagedRecordIsRefusedWhenItsValuesAreAskedFor() throws Exception {
    Torch torch = new Torch();
    byte[] zip = torch.zip(Py.dict("w", torch.byteTensor(11, 22, 33)));
    for (int i = 0; i < zip.length - 2; i++) {
      if (zip[i] == 11 && zip[i + 1] == 22 && zip[i + 2] == 33) {
        zip[i] = 12;
      }
    }
    Path path = Files.write(temporary.resolve("in.pt"), zip);
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD)) {
      assertThatThrownBy(() -> file.data("w"))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("CRC-32");
    }
    ReadOptions asItIs = ReadOptions.STANDARD.withCrc(ReadOptions.Crc.IGNORE);
    try (CheckpointFile file = CheckpointFile.open(path, asItIs)) {
      assertThat(file.data("w").get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 12);
    }
  }

  /** A tensor that repeats one element for ever is no reason to write it in full. */
  @Test
  void copiesAreBounded() throws Exception {
    Torch torch = new Torch();
    Object huge = Torch.view(torch.bytes(1, 2), 0, Py.tuple(1 << 30), Py.tuple(0));
    Path path = Files.write(temporary.resolve("in.pt"), torch.zip(Py.dict("w", huge)));
    Limits limits = Limits.STANDARD.with(Limit.EXPANSION, 10);
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD.withLimits(limits))) {
      assertThatThrownBy(() -> file.data("w")).isInstanceOf(LimitException.class);
    }
  }

  @Test
  void whatAConversionRefusesIsRefused() throws Exception {
    Path hostile = Corpus.root().resolve("samples/hostile/zip_os_system.pt");
    assertThatThrownBy(() -> CheckpointFile.open(hostile, ReadOptions.STANDARD))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(
            () -> CheckpointFile.open(write(Py.dict("w", 1)), ReadOptions.STANDARD, "no.such.root"))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void aTensorOfAnotherFileIsNotTaken() throws Exception {
    Path path = Corpus.root().resolve("samples/checkpoints/zip_basic.pt");
    try (CheckpointFile file = CheckpointFile.open(path, ReadOptions.STANDARD);
        Arena arena = Arena.ofConfined()) {
      CheckpointTensor other = new CheckpointTensor("mask", DType.F32, Shape.of(1));
      assertThatThrownBy(() -> file.data(other)).isInstanceOf(IllegalArgumentException.class);
      CheckpointTensor own = file.tensor("embed.weight").orElseThrow();
      assertThatThrownBy(() -> file.copy(own, arena.allocate(1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
