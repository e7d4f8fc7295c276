package dev.pt2st.convert;

import static dev.pt2st.testing.DcpFolder.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.DType;
import dev.pt2st.testing.DcpFolder;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of distributed checkpoints, one by one. */
class DcpFolderTest {
  private static final String OLD = "torch.distributed._shard.sharded_tensor.metadata.";

  @TempDir Path temporary;

  private Path convert(DcpFolder folder, ConvertOptions options)
      throws CheckpointException, IOException {
    Path output = temporary.resolve("out.safetensors");
    WriteOptions how = WriteOptions.STANDARD.withCheck(new OutputVerifier());
    Path input = folder.write(temporary.resolve("in"));
    Converter.convert(input, output, options, how, ProgressListener.NONE);
    return output;
  }

  private Path convert(DcpFolder folder) throws CheckpointException, IOException {
    return convert(folder, ConvertOptions.STANDARD);
  }

  /** Each element is its own number, however large the tensor and wherever its pieces begin. */
  private static void assertWhole(Path output, String name, long count)
      throws CheckpointException, IOException {
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      MemorySegment data = file.data(name);
      assertThat(data.byteSize()).isEqualTo(count * Float.BYTES);
      for (long i = 0; i < count; i++) {
        float value = data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES);
        if (value != (float) i) {
          assertThat(value).as("element " + i).isEqualTo((float) i);
        }
      }
    }
  }

  private static int[][][] boxes(int[][]... boxes) {
    return boxes;
  }

  private static int[] at(int... numbers) {
    return numbers;
  }

  static Stream<Arguments> layouts() {
    return Stream.of(
        Arguments.of("a scalar", at(), boxes(box(at()))),
        Arguments.of("rows", at(7, 3), boxes(box(at(0, 0), 4, 3), box(at(4, 0), 3, 3))),
        Arguments.of(
            "rows, the last first", at(7, 3), boxes(box(at(4, 0), 3, 3), box(at(0, 0), 4, 3))),
        Arguments.of("columns", at(7, 3), boxes(box(at(0, 0), 7, 2), box(at(0, 2), 7, 1))),
        Arguments.of(
            "the same piece twice", at(4), boxes(box(at(0), 2), box(at(0), 2), box(at(2), 2))),
        Arguments.of("an empty piece", at(2, 2), boxes(box(at(0, 0), 2, 2), box(at(2, 0), 0, 2))),
        Arguments.of(
            "pieces of unlike sizes",
            at(3, 3),
            boxes(
                box(at(0, 0), 1, 2),
                box(at(0, 2), 2, 1),
                box(at(1, 0), 2, 1),
                box(at(2, 1), 1, 2),
                box(at(1, 1), 1, 1))),
        Arguments.of(
            "the middle dimension",
            at(3, 5, 4),
            boxes(box(at(0, 0, 0), 3, 2, 4), box(at(0, 2, 0), 3, 3, 4))),
        // Larger than what is written at once, so that a part begins anywhere in a row.
        Arguments.of(
            "large columns",
            at(1100, 1301),
            boxes(box(at(0, 0), 1100, 400), box(at(0, 400), 1100, 901))),
        Arguments.of(
            "large rows",
            at(1100, 1301),
            boxes(box(at(0, 0), 800, 1301), box(at(800, 0), 300, 1301))),
        Arguments.of(
            "a grid",
            at(1100, 1301),
            boxes(
                box(at(0, 0), 600, 700),
                box(at(0, 700), 600, 601),
                box(at(600, 0), 500, 700),
                box(at(600, 700), 500, 601))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layouts")
  void piecesAreOneTensor(String what, int[] shape, int[][][] boxes) throws Exception {
    long count = 1;
    for (int size : shape) {
      count *= size;
    }
    DcpFolder folder = new DcpFolder().tensor("w", shape, boxes);
    assertWhole(convert(folder), "w", count);
  }

  @Test
  void aCastTensorIsPutTogetherToo() throws Exception {
    DcpFolder folder =
        new DcpFolder().tensor("w", at(3, 4), box(at(0, 0), 3, 2), box(at(0, 2), 3, 2));
    Path output = convert(folder, ConvertOptions.STANDARD.withCast(DType.BF16));
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      assertThat(file.tensors().getFirst().dtype()).isEqualTo(DType.BF16);
    }
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("have 2 of its 4 elements", at(4), boxes(box(at(0), 2))),
        Arguments.of("overlap", at(4), boxes(box(at(0), 3), box(at(2), 2))),
        Arguments.of("does not lie within", at(4), boxes(box(at(0), 5))),
        Arguments.of("does not lie within", at(4), boxes(box(at(4), 1))),
        Arguments.of("does not lie within", at(2, 2), boxes(box(at(0), 4))),
        Arguments.of("have 0 of its 4 elements", at(4), boxes()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void whatIsNoWholeIsRefused(String why, int[] shape, int[][][] boxes) throws IOException {
    DcpFolder folder = new DcpFolder().declared("w", shape, boxes);
    assertThatThrownBy(() -> convert(folder))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactly(temporary.resolve("in"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x.distcp", "/etc/x.distcp", "a\\x.distcp", "a/../../x", ""})
  void aFileOutsideOfTheFolderIsNotRead(String name) {
    DcpFolder folder = new DcpFolder();
    folder.file = name;
    folder.tensor("w", at(2), box(at(0), 2));
    assertThatThrownBy(() -> convert(folder))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("lies outside of the folder");
  }

  @Test
  void aLinkThatLeadsOutIsNotFollowed() throws IOException {
    DcpFolder folder = new DcpFolder();
    folder.file = "link.distcp";
    folder.tensor("w", at(2), box(at(0), 2));
    Path input = folder.write(temporary.resolve("in"));
    Path outside = Files.move(input.resolve("__0_0.distcp"), temporary.resolve("outside"));
    Files.createSymbolicLink(input.resolve("link.distcp"), outside);
    assertThatThrownBy(() -> Converter.plan(input, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("lies outside of the folder");
  }

  @Test
  void anUnknownTransformIsNotGuessed() {
    DcpFolder folder = new DcpFolder();
    folder.info = Py.dict("transform_descriptors", Py.list("stream.encrypted/1"));
    folder.tensor("w", at(2), box(at(0), 2));
    assertThatThrownBy(() -> convert(folder))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("stream.encrypted/1");
  }

  @Test
  void noTransformIsNone() throws Exception {
    DcpFolder folder = new DcpFolder();
    folder.info = Py.dict("transform_descriptors", Py.list());
    folder.tensor("w", at(2), box(at(0), 2));
    assertWhole(convert(folder), "w", 2);
  }

  /** PyTorch 2.0 to 2.2, and an enum as Python 3.11.2 writes it. */
  @ParameterizedTest
  @ValueSource(strings = {"call", "getattr"})
  void oldMetadataIsRead(String form) throws Exception {
    DcpFolder folder = new DcpFolder();
    Object format =
        form.equals("call")
            ? Py.call(OLD + "MEM_FORMAT_ENCODING", 0)
            : Py.call(
                "builtins.getattr",
                Py.global(OLD + "MEM_FORMAT_ENCODING"),
                "TORCH_CONTIGUOUS_FORMAT");
    folder.properties =
        Py.object(
            OLD + "TensorProperties",
            Py.dict("dtype", Py.global("torch.float32"), "memory_format", format));
    folder.tensor("w", at(4), box(at(0), 2), box(at(2), 2));
    assertWhole(convert(folder), "w", 4);
  }

  @Test
  void anyOtherAttributeIsRefused() {
    DcpFolder folder = new DcpFolder();
    folder.properties =
        Py.object(
            OLD + "TensorProperties",
            Py.dict(
                "dtype",
                Py.global("torch.float32"),
                "memory_format",
                Py.call("builtins.getattr", Py.global(OLD + "MEM_FORMAT_ENCODING"), "mro")));
    folder.tensor("w", at(2), box(at(0), 2));
    assertThatThrownBy(() -> convert(folder)).isInstanceOf(RefusedException.class);
  }

  @Test
  void namesArePutBackIntoTheTree() throws Exception {
    Torch torch = new Torch();
    DcpFolder folder = new DcpFolder();
    folder.planner =
        Py.dict(
            "model.w", Py.tuple("model", "w"),
            "optim.state.0", Py.tuple("optim", "state", 0),
            "optim.param_groups.0.lr", Py.tuple("optim", "param_groups", 0, "lr"),
            "extra", Py.tuple("extra"));
    folder
        .tensor("model.w", at(2), box(at(0), 2))
        .tensor("optim.state.0", at(2), box(at(0), 2))
        .value("optim.param_groups.0.lr", new Torch().zip(0.5))
        .value("extra", torch.zip(Py.dict("t", torch.tensor(1))));
    try (SafetensorsFile file = SafetensorsFile.open(convert(folder))) {
      assertThat(file.tensors()).extracting("name").containsExactly("w");
    }
    Files.delete(temporary.resolve("out.safetensors"));
    ConvertOptions all = ConvertOptions.STANDARD.withRoot(ConvertOptions.ALL_ROOT);
    try (SafetensorsFile file = SafetensorsFile.open(convert(folder, all))) {
      assertThat(file.tensors())
          .extracting("name")
          .containsExactlyInAnyOrder("model.w", "optim.state.0", "extra.t");
    }
  }

  @Test
  void aPathThatIsNotTheNameIsRefused() {
    DcpFolder folder = new DcpFolder();
    folder.planner = Py.dict("w", Py.tuple("other"));
    folder.tensor("w", at(2), box(at(0), 2));
    assertThatThrownBy(() -> convert(folder))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the path of \"w\" is \"other\"");
  }

  @Test
  void aFileOfItemsAloneIsAPart() throws IOException {
    Path input = new DcpFolder().tensor("w", at(2), box(at(0), 2)).write(temporary.resolve("in"));
    assertThatThrownBy(() -> Converter.plan(input.resolve("__0_0.distcp"), ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("one part of a distributed checkpoint")
        .hasMessageContaining("take the folder with all parts, " + input);
  }

  @Test
  void withoutMetadataItIsNotWhole() throws IOException {
    Path input = new DcpFolder().tensor("w", at(2), box(at(0), 2)).write(temporary.resolve("in"));
    Files.delete(input.resolve(".metadata"));
    assertThatThrownBy(() -> Converter.plan(input, ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(".metadata is missing");
  }

  @Test
  void aTagNamesAStepAndNoPath() throws Exception {
    Path input = new DcpFolder().tensor("w", at(2), box(at(0), 2)).write(temporary.resolve("in/a"));
    Path parent = input.getParent();
    assertThat(Converter.plan(parent, ConvertOptions.STANDARD.withTag("a")).tensors()).hasSize(1);
    for (String tag : List.of("..", "../in/a", "a/b", ".")) {
      assertThatThrownBy(() -> Converter.plan(parent, ConvertOptions.STANDARD.withTag(tag)))
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void aValueThatStandsInTheWayIsRefused() {
    DcpFolder folder = new DcpFolder();
    folder.planner = Py.dict("a", Py.tuple("a"), "a.b", Py.tuple("a", "b"));
    folder.tensor("a", at(2), box(at(0), 2)).tensor("a.b", at(2), box(at(0), 2));
    assertThatThrownBy(() -> convert(folder))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("another value is in its place");
  }
}
