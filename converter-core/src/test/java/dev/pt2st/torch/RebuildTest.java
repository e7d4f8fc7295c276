package dev.pt2st.torch;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.orderedDict;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each function by which PyTorch pickles a tensor makes that tensor, within its storage. */
class RebuildTest {
  private static final String ONE = "F32[1] 0000803f";
  private static final Object NONE = new Py.Raw("N");

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, torch.zip(top));
  }

  private void assertIsOne(Object tensor) throws Exception {
    assertThat(convert(tensor).tensors()).containsExactly(Map.entry("tensor", ONE));
  }

  @Test
  void plainTensors() throws Exception {
    assertIsOne(call("torch._utils._rebuild_tensor", torch.floats(1), 0, tuple(1), tuple(1)));
    assertIsOne(torch.tensor(1));
    assertIsOne(
        call(
            "torch._utils._rebuild_tensor_v3",
            torch.floats(1),
            0,
            tuple(1),
            tuple(1),
            false,
            orderedDict(),
            global("torch.float32")));
    assertIsOne(Torch.view(torch.floats(1), 0, call("torch.Size", list(1)), list(1)));
  }

  /** What Ascend's plugin writes: the elements are those of the CPU, whatever the layout says. */
  @Test
  void tensorsOfAnNpu() throws Exception {
    for (Object format : list(true, call("torch_npu.npu._format.Format", 29))) {
      assertIsOne(
          call(
              "torch_npu.utils.storage._rebuild_npu_tensor",
              torch.floats(1),
              0,
              tuple(1),
              tuple(1),
              false,
              orderedDict(),
              format));
    }
  }

  @Test
  void parameters() throws Exception {
    assertIsOne(call("torch._utils._rebuild_parameter", torch.tensor(1), true, orderedDict()));
    assertIsOne(
        call(
            "torch._utils._rebuild_parameter_with_state",
            torch.tensor(1),
            true,
            orderedDict(),
            dict("tag", 1)));
    assertIsOne(call("torch.nn.parameter.Parameter", torch.tensor(1), true));
    assertIsOne(call("torch.nn.parameter.Buffer", torch.tensor(1)));
  }

  /** No reader of safetensors would take the file, nor would PyTorch take the checkpoint. */
  @Test
  void aShapeThatOverflowsIsRefusedThoughItHasNoElements() throws Exception {
    long large = 1L << 40;
    convert(
            call(
                "torch._utils._rebuild_tensor_v2",
                torch.floats(1),
                0,
                tuple(large, large, 0),
                tuple(1, 1, 1),
                false,
                orderedDict()))
        .rejected(MalformedException.class);
  }

  @Test
  void tensorsWithAttributesOrOfASubclass() throws Exception {
    assertIsOne(
        call(
            "torch._tensor._rebuild_from_type_v2",
            global("torch._utils._rebuild_tensor_v2"),
            global("torch.Tensor"),
            tuple(torch.floats(1), 0, tuple(1), tuple(1), false, orderedDict()),
            dict("note", "x")));
    assertIsOne(
        call(
            "torch.tensor._rebuild_from_type",
            global("torch._utils._rebuild_tensor_v2"),
            global("torch.nn.parameter.Parameter"),
            tuple(torch.floats(1), 0, tuple(1), tuple(1), false, orderedDict()),
            dict()));
  }

  @Test
  void aSubclassThatIsNotListedIsSaid() throws Exception {
    Object tensor =
        call(
            "torch._tensor._rebuild_from_type_v2",
            global("torch._utils._rebuild_tensor_v2"),
            global("my.Tensor"),
            tuple(torch.floats(1), 0, tuple(1), tuple(1), false, orderedDict()),
            dict());
    assertThat(convert(tensor).plan().inert())
        .extracting(RefusedGlobal::name)
        .containsExactly("my.Tensor");
  }

  @Test
  void aFunctionGivenToRebuildFromTypeCountsAsCalled() {
    Object payload =
        call(
            "torch._tensor._rebuild_from_type_v2",
            global("os.system"),
            global("torch.Tensor"),
            tuple("echo"),
            dict());
    convert(dict("state_dict", dict("w", torch.tensor(1)), "other", payload))
        .rejected(RefusedException.class)
        .hasMessageContaining("os.system");
  }

  @Test
  void tensorsOfOtherDevices() throws Exception {
    assertIsOne(
        call(
            "torch._utils._rebuild_device_tensor_from_cpu_tensor",
            torch.tensor(1),
            global("torch.float32"),
            "xla:0",
            false));
    Object converted =
        call(
            "torch._utils._rebuild_device_tensor_from_cpu_tensor",
            torch.tensor(1),
            global("torch.float16"),
            "xla:0",
            false);
    convert(converted)
        .rejected(RefusedException.class)
        .hasMessageContaining("stored as torch.float32 for torch.float16");
  }

  @Test
  void tensorsThatTheFormatCannotHoldAreNamed() {
    Map<Object, String> kinds =
        Map.of(
            call(
                "torch._utils._rebuild_sparse_tensor",
                call("torch.serialization._get_layout", "torch.sparse_coo"),
                tuple(torch.tensor(0), torch.tensor(1), tuple(3))),
            "a sparse tensor (coo)",
            call(
                "torch._utils._rebuild_sparse_csr_tensor",
                call("torch.serialization._get_layout", "torch.sparse_csr"),
                tuple(torch.tensor(0), torch.tensor(0), torch.tensor(1), tuple(1, 1))),
            "a sparse tensor (csr)",
            call("torch._utils._rebuild_nested_tensor", torch.tensor(1), 1, 2, 3),
            "a nested tensor",
            call(
                "torch._utils._rebuild_meta_tensor_no_storage",
                global("torch.float32"),
                tuple(1),
                tuple(1),
                false),
            "a meta tensor",
            call(
                "torch._utils._rebuild_qtensor",
                torch.storage("QInt8Storage", new byte[1], 1),
                0,
                tuple(1),
                tuple(1),
                tuple(global("torch.per_tensor_affine"), 0.5, 0),
                false,
                orderedDict()),
            "a quantized tensor",
            call(
                "torch._utils._rebuild_wrapper_subclass",
                global("torch.Tensor"),
                global("torch.float32"),
                tuple(1),
                tuple(1),
                0,
                NONE,
                NONE,
                false),
            "a tensor of the wrapper class torch.Tensor");
    kinds.forEach((tensor, what) ->
        convert(dict("w", torch.tensor(1), "odd", tensor))
            .rejected(RefusedException.class)
            .hasMessageContaining("\"odd\" (" + what));
  }

  static Stream<Arguments> outOfBounds() {
    return Stream.of(
        Arguments.of(0, tuple(4), tuple(1)),
        Arguments.of(1, tuple(3), tuple(1)),
        Arguments.of(3, tuple(), tuple()),
        Arguments.of(0, tuple(2), tuple(3)),
        Arguments.of(0, tuple(2, 2), tuple(2, 1)),
        Arguments.of(-1, tuple(1), tuple(1)),
        Arguments.of(0, tuple(-1), tuple(1)),
        Arguments.of(2, tuple(2), tuple(-1)),
        Arguments.of(0, tuple(2), tuple(1, 1)),
        Arguments.of(0, tuple(1, 1), tuple(1)),
        Arguments.of(Long.MAX_VALUE, tuple(1), tuple(1)),
        Arguments.of(1L << 62, tuple(1), tuple(1)),
        Arguments.of(0, tuple(Long.MAX_VALUE), tuple(1)),
        Arguments.of(0, tuple(1L << 32, 1L << 32), tuple(0, 0)),
        Arguments.of(0, tuple(1L << 62), tuple(0)),
        Arguments.of(0, tuple(2), tuple(Long.MAX_VALUE)),
        Arguments.of(0, tuple(3, 3), tuple(1L << 62, 1L << 62)),
        Arguments.of("0", tuple(1), tuple(1)),
        Arguments.of(0, 1, tuple(1)),
        Arguments.of(0, tuple(1), NONE),
        Arguments.of(0, tuple("1"), tuple(1)),
        Arguments.of(0, tuple(1.0), tuple(1)),
        Arguments.of(0, tuple(new Py.Raw("\u008a\12\0\0\0\0\0\0\0\0\1\0")), tuple(1)));
  }

  @ParameterizedTest
  @MethodSource("outOfBounds")
  void aViewLiesWithinItsStorage(Object offset, Object size, Object stride) {
    convert(Torch.view(torch.floats(1, 2, 3), offset, size, stride))
        .rejected(MalformedException.class);
    convert(call("torch._utils._rebuild_tensor", torch.floats(1, 2, 3), offset, size, stride))
        .rejected(MalformedException.class);
  }

  @Test
  void aViewWithoutElementsLiesAnywhere() throws Exception {
    assertThat(convert(Torch.view(torch.floats(1), 7, tuple(0, 5), tuple(9, 9))).tensors())
        .containsExactly(Map.entry("tensor", "F32[0, 5] "));
  }

  static Stream<Object> wrongArguments() {
    return Stream.of(
        call("torch._utils._rebuild_tensor_v2"),
        call("torch._utils._rebuild_tensor_v2", 1, 0, tuple(1), tuple(1), false, orderedDict()),
        call("torch._utils._rebuild_tensor_v3", 1, 0, tuple(1), tuple(1), false, 0, "float32"),
        call("torch._utils._rebuild_parameter"),
        call("torch._utils._rebuild_parameter", "text", true, orderedDict()),
        call("torch._utils._rebuild_device_tensor_from_cpu_tensor", 5),
        call("torch._utils._rebuild_qtensor", 5),
        call("torch._utils._rebuild_sparse_tensor"),
        call("torch._utils._rebuild_meta_tensor_no_storage", 5),
        call("torch._tensor._rebuild_from_type_v2", 1, 2),
        call("torch._tensor._rebuild_from_type_v2", 1, 2, tuple(), 4),
        call("torch.Size", "text"),
        call("torch.float32"),
        call("torch.per_tensor_affine"),
        call("collections.OrderedDict", "text"),
        call("collections.OrderedDict", list(1)),
        call("collections.OrderedDict", list(tuple(list(), 1))),
        call("builtins.set", list(list())),
        call("builtins.list", 5),
        call("_codecs.encode", 5, "latin1"),
        call("_codecs.encode", "x", "rot13"),
        call("_codecs.encode", "\u20ac", "latin1"),
        call("copyreg._reconstructor", 1, 2, 3),
        call("numpy.core.multiarray._reconstruct"),
        call("numpy.dtype"),
        Py.instance("torch.float32"),
        Py.instance("torch._utils._rebuild_tensor_v2", 1));
  }

  @ParameterizedTest
  @MethodSource("wrongArguments")
  void aCallWithOtherArgumentsIsMalformed(Object call) {
    convert(dict("w", torch.tensor(1), "x", call)).rejected(CheckpointException.class);
  }

  @Test
  void statesOfTheTimeBeforeRebuildFunctions() throws Exception {
    Object four =
        new Py.Built(
            Py.instance("torch.FloatTensor"), tuple(torch.floats(1), 0, tuple(1), tuple(1)));
    assertIsOne(four);
    Object inner =
        new Py.Built(
            Py.instance("torch.cuda.FloatTensor"), tuple(torch.floats(1), 0, tuple(1), tuple(1)));
    assertIsOne(
        new Py.Built(
            Py.instance("torch.nn.parameter.Parameter"),
            tuple(inner, true, orderedDict(), NONE, NONE)));
    convert(
            new Py.Built(
                Py.instance("torch.FloatTensor"), tuple(torch.floats(1), 0, tuple(2), tuple(1))))
        .rejected(MalformedException.class)
        .hasMessageContaining("BUILD");
    convert(Py.instance("torch.FloatTensor"))
        .rejected(RefusedException.class)
        .hasMessageContaining("a tensor without content");
  }
}
