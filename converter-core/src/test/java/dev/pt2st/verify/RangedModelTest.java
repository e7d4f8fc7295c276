package dev.pt2st.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.CheckpointFile;
import dev.pt2st.convert.CheckpointTensor;
import dev.pt2st.convert.Conversion;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.FetchListener;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.CorpusFiles;
import dev.pt2st.testing.Faults;
import dev.pt2st.testing.TestSource;
import dev.pt2st.testing.VirtualBytes;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that is read by ranges has the digest, the output and the faults of the same file. */
@Timeout(300)
class RangedModelTest {
  private static final ConvertOptions OPTIONS =
      ConvertOptions.STANDARD
          .withRead(Faults.unhurried().withPolicy(Policy.STANDARD.allowAll()))
          .withUnsupported(ConvertOptions.Unsupported.SKIP);

  private static final int MOST_READS = 25;

  @TempDir Path temporary;

  static List<Path> files() {
    return CorpusFiles.all().stream().filter(file -> !file.toString().endsWith(".json")).toList();
  }

  static List<Path> samples() {
    return Corpus.samples().cases().map(Corpus.Case::file).toList();
  }

  private static String digest(Input input) throws IOException {
    try {
      return ModelDigest.of(input, OPTIONS, ProgressListener.NONE).sha256();
    } catch (CheckpointException e) {
      return e.getMessage();
    }
  }

  private String convert(Input input, Path output) throws IOException {
    try (Conversion conversion =
        Conversion.openFor(input, output, OPTIONS, WriteOptions.STANDARD, ProgressListener.NONE)) {
      conversion.write(
          output, WriteOptions.STANDARD.withCheck(new OutputVerifier()), ProgressListener.NONE);
      return Corpus.sha256(Files.readAllBytes(output));
    } catch (CheckpointException e) {
      return e.getMessage();
    } finally {
      Files.deleteIfExists(output);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theDigestIsThatOfTheFile(Path file) throws Exception {
    String disk = digest(Input.of(file));
    assertThat(digest(TestSource.of(file).byteByByte())).isEqualTo(disk);
    assertThat(digest(TestSource.of(file).input())).isEqualTo(disk);
  }

  /** What is beside a file of a store is not known, so a name that only parts have is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://b/run/__0_0.distcp",
        "s3://b/run/.metadata",
        "s3://b/run/global_step1/zero_pp_rank_0_mp_rank_00_optim_states.pt",
        "s3://b/run/global_step1/bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt",
        "s3://b/run/global_step1/zero_pp_rank_0_mp_rank_00_model_states.pt",
        "s3://b/run/zero/layer.weight/fp32.pt",
        "s3://b/run/model_world_size_8_rank_0.pt",
        "s3://b/run/optim_world_size_16_rank_11.pt",
        "s3://b/run/pytorch_model_fsdp_0_rank0.bin",
        "s3://b/run/shard-00001-model-00001-of-00002.safetensors",
        "s3://b/run/consolidated.01.pth",
        "s3://b/run/mp_rank_01_model_states.pt",
        "s3://b/run/layer_02-model_00-model_states.pt",
        "s3://b/run/layer_0_expert_1_mp_rank_00_model_states.pt",
        "s3://b/run/checkpoint_last-model_part-0.pt"
      })
  void aPartIsNoModel(String address) throws Exception {
    byte[] sound = Files.readAllBytes(Corpus.samples().folder().resolve("zip_basic.pt"));
    Input input = named(address, sound);
    assertThat(digest(input))
        .startsWith(address + ": this file is named as one part of")
        .containsPattern(
            "take the folder with all parts, s3://b/run|depends on the arch|load it with");
    assertThat(convert(input, temporary.resolve("out.safetensors"))).startsWith(address + ": this");
    assertThatThrownBy(() -> Model.open(input, OPTIONS, ProgressListener.NONE).close())
        .isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://b/run/model_world_size_1_rank_0.pt",
        "s3://b/run/mp_rank_00_model_states.pt",
        "hf://zero/model/fp32.pt",
        "s3://zero/x/step.pt",
        "s3://b/run/consolidated.00.pth",
        "s3://b/zero/model/pytorch_model.bin",
        "s3://b/run/fp32.pt"
      })
  void aNameThatAModelMayHaveIsRead(String address) throws Exception {
    byte[] sound = Files.readAllBytes(Corpus.samples().folder().resolve("zip_basic.pt"));
    assertThat(digest(named(address, sound))).hasSize(64);
  }

  private static Input named(String address, byte[] bytes) {
    TestSource source = new TestSource(new ResourceName(address), bytes, (number, target) -> true);
    return new Input.Ranged(source, "", TestSource.BYTE_BY_BYTE);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theOutputIsThatOfTheFile(Path file) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    String disk = convert(Input.of(file), output);
    assertThat(convert(TestSource.of(file).byteByByte(), output)).isEqualTo(disk);
    assertThat(convert(TestSource.of(file).input(), output)).isEqualTo(disk);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aFaultLeavesNothing(Path file) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    TestSource whole = TestSource.of(file);
    String _ = convert(Faults.input(whole), output);
    for (Faults.Attempt attempt : Faults.attempts(whole, MOST_READS)) {
      TestSource failing = Faults.failing(file, attempt);
      assertThatThrownBy(() -> convert(Faults.input(failing), output))
          .as("%s", attempt)
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("secret");
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aFaultIsNoDigest(Path file) throws Exception {
    TestSource whole = TestSource.of(file);
    String _ = digest(Faults.input(whole));
    for (Faults.Attempt attempt : Faults.attempts(whole, MOST_READS)) {
      TestSource failing = Faults.failing(file, attempt);
      assertThatThrownBy(() -> digest(Faults.input(failing)))
          .as("%s", attempt)
          .isInstanceOf(IOException.class);
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  @Test
  void twoSourcesAreCompared() throws Exception {
    Path file = Corpus.samples().folder().resolve("zip_basic.pt");
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(file, output, OPTIONS, ProgressListener.NONE);
    Verification verification =
        Verifier.verify(
            TestSource.of(file).input(),
            TestSource.of(output).input(),
            OPTIONS,
            ProgressListener.NONE);
    assertThat(verification.isSame()).isTrue();
    assertThat(verification.tensors()).isPositive();
    byte[] spoiled = Files.readAllBytes(output);
    spoiled[spoiled.length - 1] ^= 1;
    TestSource other =
        new TestSource(new ResourceName("s3://b/k"), spoiled, (number, target) -> true);
    assertThat(
            Verifier.verify(Input.of(file), other.input(), OPTIONS, ProgressListener.NONE).isSame())
        .isFalse();
  }

  @Test
  void whatOughtToBeSafetensorsIsReadAsThat() throws Exception {
    TestSource source =
        new TestSource(
            new ResourceName("s3://b/model.safetensors"),
            "no such file".getBytes(StandardCharsets.UTF_8),
            (number, target) -> true);
    assertThat(digest(source.input())).startsWith("s3://b/model.safetensors").contains("header");
  }

  @Test
  void anIndexIsRefused() throws Exception {
    Path index =
        Files.writeString(
            temporary.resolve("model.safetensors.index.json"),
            "{\"metadata\":{},\"weight_map\":{\"a\":\"model-1.safetensors\"}}");
    assertThatThrownBy(
            () -> ModelDigest.of(TestSource.of(index).input(), OPTIONS, ProgressListener.NONE))
        .isInstanceOf(UnsupportedException.class);
    assertThatThrownBy(() -> Conversion.open(TestSource.of(index).input(), OPTIONS))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("name each of its files");
  }

  @Test
  void aTensorIsFetchedWhenItIsAskedFor() throws Exception {
    VirtualBytes source = VirtualBytes.zip(VirtualBytes.gpt2());
    try (CheckpointFile file =
        CheckpointFile.open(
            Input.of(source, FetchOptions.STANDARD), ReadOptions.STANDARD, "auto")) {
      int requests = source.requests().size();
      CheckpointTensor tensor = file.tensor("h.7.mlp.c_fc.weight").orElseThrow();
      assertThat(file.isInPlace(tensor)).isTrue();
      assertThat(source.requests()).hasSize(requests);
      assertThat(file.data(tensor).get(ValueLayout.JAVA_BYTE, 1 << 20)).isEqualTo((byte) 0x3d);
      assertThat(source.requests()).hasSizeBetween(requests + 1, requests + 2);
      assertThat(file.name()).isEqualTo(source.name());
    }
  }

  /** Only what the plan writes is fetched, and what there is no room for is not begun. */
  @Test
  void roomIsAskedForBeforeAnythingIsFetched() throws Exception {
    VirtualBytes source = VirtualBytes.legacy(VirtualBytes.huge());
    List<String> heard = new ArrayList<>();
    FetchListener listener =
        new FetchListener() {
          @Override
          public void needsAll(ResourceName name, long bytes) {
            heard.add(name + " " + bytes);
          }
        };
    Input input = Input.of(source, FetchOptions.STANDARD.withListener(listener));
    Path output = temporary.resolve("out.safetensors");
    try (Conversion conversion =
        Conversion.openFor(input, output, OPTIONS, WriteOptions.STANDARD, ProgressListener.NONE)) {
      long planned = conversion.plan().dataBytes();
      long before = source.bytesRead();
      assertThatThrownBy(
              () -> conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("the disk is full: what is fetched of s3://bucket/model.pt and its")
          .hasMessageContaining("make room");
      assertThat(source.bytesRead()).isEqualTo(before);
      assertThat(heard).hasSize(1);
      assertThat(planned).isGreaterThan(1L << 42);
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }
}
