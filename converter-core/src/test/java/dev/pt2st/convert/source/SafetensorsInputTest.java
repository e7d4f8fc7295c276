package dev.pt2st.convert.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.SafetensorsWriter;
import dev.pt2st.safetensors.SafetensorsWriter.Tensor;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.verify.OutputVerifier;
import dev.pt2st.verify.Verifier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Safetensors files as inputs: changed, merged and split, with their own metadata. */
class SafetensorsInputTest {
  private static final WriteOptions VERIFIED =
      WriteOptions.STANDARD.withCheck(new OutputVerifier());
  private static final Map<String, String> METADATA =
      new TreeMap<>(Map.of("author", "me", "format", "pt"));

  @TempDir Path folder;

  private Path input;
  private Path output;

  @BeforeEach
  void everyDType() throws IOException {
    input = folder.resolve("in.safetensors");
    output = folder.resolve("out.safetensors");
    List<Tensor> tensors = new ArrayList<>();
    for (DType dtype : DType.values()) {
      if (dtype.safetensorsName() != null) {
        tensors.add(new Tensor("w." + dtype, dtype, Shape.of(8, 3)));
        tensors.add(new Tensor("empty." + dtype, dtype, Shape.of(0, 3)));
      }
    }
    // Its last size is odd: no number of bytes.
    tensors.add(new Tensor("odd", DType.F4, Shape.of(2, 1)));
    write(input, tensors);
  }

  private static void write(Path file, List<Tensor> tensors) throws IOException {
    Random random = new Random(1);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(file, tensors, METADATA, IfExists.REFUSE)) {
      for (Tensor tensor : tensors) {
        byte[] bytes =
            new byte
                [Math.toIntExact(
                    tensor.shape().elementCount() * tensor.dtype().bitSize() / Byte.SIZE)];
        random.nextBytes(bytes);
        writer.write(tensor.name(), MemorySegment.ofArray(bytes));
      }
      writer.commit(Durability.WRITTEN);
    }
  }

  private Plan convert(Path from, ConvertOptions options) throws CheckpointException, IOException {
    return Converter.convert(from, output, options, VERIFIED, ProgressListener.NONE).plan();
  }

  private void assertSame(Path one, Path other) throws CheckpointException, IOException {
    assertThat(Verifier.verify(one, other, ConvertOptions.STANDARD, ProgressListener.NONE).isSame())
        .isTrue();
  }

  @Test
  void everyDTypeComesOutAsItWentInByteForByte() throws Exception {
    Plan plan = convert(input, ConvertOptions.STANDARD);
    assertThat(output).hasSameBinaryContentAs(input);
    assertThat(plan.layout()).isEqualTo("safetensors");
    assertThat(plan.metadata()).isEqualTo(METADATA);
  }

  @Test
  void namesTypesAndMetadataAreChanged() throws Exception {
    ConvertOptions options =
        ConvertOptions.STANDARD
            .withNames(NameOptions.NONE.exclude("empty.*").stripPrefix("w.").rename("s/^B/b/"))
            .withCast(DType.F32)
            .withMetadata(Map.of("note", "x"))
            .withoutMetadata(Set.of("author"));
    Plan plan = convert(input, options);
    assertThat(plan.metadata()).isEqualTo(Map.of("format", "pt", "note", "x"));
    assertThat(plan.leftOut()).isNotEmpty().allMatch(part -> part.byName());
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      assertThat(file.tensor("bF16").orElseThrow().dtype()).isEqualTo(DType.F32);
      assertThat(file.tensor("I64").orElseThrow().dtype()).isEqualTo(DType.I64);
      assertThat(file.tensor("F6_E2M3").orElseThrow().shape()).isEqualTo(Shape.of(8, 3));
    }
    assertThat(Verifier.verify(input, output, options, ProgressListener.NONE).isSame()).isTrue();
  }

  @Test
  void aFileIsSplitAndItsIndexOrItsFolderIsMerged() throws Exception {
    convert(input, ConvertOptions.STANDARD.withMaxShardBytes(200));
    Path index = new ShardNames(output).index();
    assertThat(output).doesNotExist();
    assertSame(input, index);

    Path merged = folder.resolve("merged/model.safetensors");
    Files.createDirectory(merged.getParent());
    Plan plan =
        Converter.convert(index, merged, ConvertOptions.STANDARD, VERIFIED, ProgressListener.NONE)
            .plan();
    assertThat(plan.layout()).matches("safetensors in \\d+ shards");
    assertThat(merged).hasSameBinaryContentAs(input);

    Path again = folder.resolve("merged/again.safetensors");
    Converter.convert(folder, again, ConvertOptions.STANDARD, VERIFIED, ProgressListener.NONE);
    assertThat(again).hasSameBinaryContentAs(input);
    assertSame(folder, again);
  }

  @Test
  void noFileOfTheInputIsReplaced() throws Exception {
    convert(input, ConvertOptions.STANDARD.withMaxShardBytes(200));
    List<Path> shards = new ShardNames(output).existing();
    assertThat(shards).hasSizeGreaterThan(2);
    WriteOptions replace = WriteOptions.STANDARD.withIfExists(IfExists.REPLACE);
    for (Path shard : shards) {
      byte[] before = Files.readAllBytes(shard);
      assertThatThrownBy(() ->
              Converter.convert(
                  folder, shard, ConvertOptions.STANDARD, replace, ProgressListener.NONE))
          .isInstanceOf(FileSystemException.class);
      assertThat(shard).hasBinaryContent(before);
    }
    ConvertOptions inShards = ConvertOptions.STANDARD.withMaxShardBytes(300);
    assertThatThrownBy(
            () -> Converter.convert(folder, output, inShards, replace, ProgressListener.NONE))
        .hasMessageContaining("input and output are the same file");
    assertThat(shards).allSatisfy(shard -> assertThat(shard).exists());
  }

  @Test
  void anIndexMustSayWhatIsInItsShards() throws Exception {
    convert(input, ConvertOptions.STANDARD.withMaxShardBytes(200));
    Path index = new ShardNames(output).index();
    Files.writeString(index, Files.readString(index).replace("\"odd\"", "\"even\""));
    Path merged = folder.resolve("merged.safetensors");
    assertThatThrownBy(
            () -> Converter.convert(index, merged, ConvertOptions.STANDARD, ProgressListener.NONE))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the index does not name this file for it");
    assertThat(merged).doesNotExist();
  }

  @Test
  void aFolderWithSeveralIndicesIsAChoice() throws Exception {
    convert(input, ConvertOptions.STANDARD.withMaxShardBytes(200));
    Path index = new ShardNames(output).index();
    Files.copy(index, folder.resolve("b.safetensors.index.json"));
    assertThatThrownBy(() -> ModelFolder.indexIn(folder))
        .hasMessageContaining("b.safetensors.index.json, out.safetensors.index.json; name one");
    Files.copy(index, folder.resolve("pytorch_model.bin.index.json"));
    Files.delete(folder.resolve("b.safetensors.index.json"));
    assertThat(ModelFolder.indexIn(folder)).contains(index);
  }

  @Test
  void thereIsNeitherARootNorASidecar() {
    assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD.withRoot("w")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("there is no root \"w\" in it");
    WriteOptions sidecar = WriteOptions.STANDARD.withSidecar(folder.resolve("out.json"));
    assertThatThrownBy(() ->
            Converter.convert(
                input, output, ConvertOptions.STANDARD, sidecar, ProgressListener.NONE))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("nothing for a sidecar");
    assertThat(output).doesNotExist();
  }

  @Test
  void aFileThatIsAPickleTooIsRefused() throws Exception {
    Path attack =
        Path.of(
            System.getProperty("pt2st.root", ".."),
            "samples/hostile/safetensors_and_pickle.safetensors");
    assertThatThrownBy(() -> convert(attack, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is a pickle too, which names os.system");
    assertThat(output).doesNotExist();
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(input);
    Files.write(input, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class);
    assertThat(output).doesNotExist();
  }
}
