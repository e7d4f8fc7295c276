package dev.pt2st.convert;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors in states that do not come with BUILD, and in containers that are not plain ones. */
class ObjectStateRulesTest {
  private static final ConvertOptions INERT =
      ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()));

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, torch.zip(top)).with(INERT);
  }

  private Map<Object, Object> state() {
    return dict("_parameters", dict("w", torch.tensor(1)), "_buffers", dict(), "_modules", dict());
  }

  @Test
  void aMappingThatIsTheWholeStateStandsForTheObject() throws Exception {
    Object traced = call("torch.fx.graph_module.reduce_graph_module", state(), "import torch");
    assertThat(convert(traced).names()).containsExactly("w");
    Object meta =
        new Py.WithItems(
            Py.instance("dnnlib.util.EasyDict"),
            dict("type", "class", "class_name", "Generator", "state", state()));
    assertThat(
            convert(
                    dict(
                        "G",
                        call("torch_utils.persistence._reconstruct_persistent_obj", meta),
                        "D",
                        call("vendored.persistence._reconstruct_persistent_obj", meta)))
                .names())
        .containsExactly("D.w", "G.w");
  }

  @Test
  void aCompiledModuleHasTheNamesOfItsStateDict() throws Exception {
    Object module = object("torch.nn.modules.linear.Linear", state());
    assertThat(convert(call("torch._dynamo.eval_frame.OptimizedModule", module, 1)).names())
        .containsExactly("_orig_mod.w");
  }

  @Test
  void otherArgumentsAreNamedByTheirPosition() throws Exception {
    Object transition = new Py.Instance(global("rl.Transition"), list(torch.tensor(1), 5));
    assertThat(convert(dict("buffer", list(transition), "n", 1)).names())
        .containsExactly("buffer.0.0");
    Object shared = dict("x", torch.tensor(1));
    Object both =
        new Py.WithItems(
            new Py.Call(global("hf.Output"), list(shared, torch.tensor(2))), dict("x", shared));
    assertThat(convert(dict("o", both)).names()).containsExactly("o.1", "o.x.x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch.ao.nn.quantized.modules.linear.Linear",
        "torch.ao.nn.quantized.dynamic.modules.linear.Linear",
        "torch.nn.quantized.modules.linear.Linear",
        "torch.ao.nn.intrinsic.quantized.modules.linear_relu.LinearReLU"
      })
  void aQuantizedModuleHasItsNumbersAndItsPackedParameters(String type) throws Exception {
    Object packed =
        new Py.Built(
            Py.instance("torch.ScriptObject"),
            tuple(
                tuple(torch.tensor(1), torch.tensor(2)),
                "__torch__.torch.classes.quantized.LinearPackedParamsBase"));
    Map<Object, Object> parameters =
        dict("_parameters", dict(), "_buffers", dict(), "_modules", dict());
    parameters.put("_packed_params", packed);
    Object below = object("torch.ao.nn.quantized.modules.linear.LinearPackedParams", parameters);
    Object module =
        object(
            type,
            dict(
                "_parameters",
                dict(),
                "_buffers",
                dict(),
                "_modules",
                dict("_packed_params", below),
                "scale",
                0.5,
                "zero_point",
                3));
    assertThat(convert(module).tensors())
        .containsOnly(
            Map.entry("zero_point", "I64[] 0300000000000000"),
            Map.entry("scale", "F32[] 0000003f"),
            Map.entry("_packed_params._packed_params.0", "F32[1] 0000803f"),
            Map.entry("_packed_params._packed_params.1", "F32[1] 00000040"));
  }

  @Test
  void aQuantizedConvolutionIsPickledAsATuple() throws Exception {
    Object module =
        new Py.Built(
            Py.instance("torch.ao.nn.quantized.modules.conv.Conv2d"),
            tuple(
                1,
                1,
                tuple(),
                tuple(),
                tuple(),
                tuple(),
                false,
                tuple(),
                1,
                "zeros",
                torch.tensor(1),
                torch.tensor(2),
                0.5,
                3,
                false));
    assertThat(convert(dict("conv", module, "n", 1)).names())
        .containsExactly("zero_point", "bias", "scale", "weight");
  }

  @Test
  void anArrayOfObjectsIsNamedByItsIndex() throws Exception {
    Object one = dict("a", torch.tensor(1));
    Object two = dict("a", torch.tensor(2));
    assertThat(convert(dict("w", array(tuple(2), false, one, two))).names())
        .containsExactly("w.0.a", "w.1.a");
    assertThat(convert(dict("w", array(tuple(), false, one))).names()).containsExactly("w.a");
    Object other = dict("b", torch.tensor(3));
    assertThat(convert(array(tuple(1, 3), false, one, two, other)).names())
        .containsExactly("0.0.a", "0.1.a", "0.2.b");
    assertThat(convert(array(tuple(2, 2), true, one, two, other, one)).names())
        .containsExactly("0.0.a", "0.1.b", "1.0.a", "1.1.a");
  }

  private static Object array(Py.Tuple shape, boolean columnMajor, Object... items) {
    Object empty =
        call(
            "numpy.core.multiarray._reconstruct",
            global("numpy.ndarray"),
            tuple(0),
            new byte[] {'b'});
    Object dtype =
        new Py.Built(call("numpy.dtype", "O8", 0, 1), tuple(3, "|", null, null, null, -1, -1, 63));
    return new Py.Built(empty, tuple(1, shape, dtype, columnMajor, list(items)));
  }

  @Test
  void aPickleAsBytesIsReadIfThereIsNoTensorAroundIt() throws Exception {
    byte[] inner = Py.pickle(dict("w", call("torch.FloatTensor", list(1.0))));
    byte[] top = Py.pickle(dict("worker", inner, "other", new byte[] {(byte) 0x80, 2, 'x', '.'}));
    TestConversion conversion = TestConversion.of(temporary, top);
    assertThat(conversion.names()).containsExactly("w");
    assertThat(conversion.plan().root()).isEqualTo("worker");
    assertThat(conversion.plan().openedBytes()).containsExactly("worker");
  }

  static Stream<Function<byte[], Object>> writtenBytes() {
    return Stream.of(
        bytes -> bytes,
        // Protocols 0 to 2 have no bytes.
        bytes -> call("_codecs.encode", new String(bytes, StandardCharsets.ISO_8859_1), "latin1"));
  }

  @ParameterizedTest
  @MethodSource("writtenBytes")
  void whatTorchSaveHasWrittenToBytesIsReadToo(Function<byte[], Object> written) throws Exception {
    Torch inside = new Torch();
    byte[] saved = inside.zip(dict("w", inside.tensor(1, 2)));
    byte[] pickled = Py.pickle(dict("v", call("torch.FloatTensor", list(3.0))));
    TestConversion conversion =
        convert(
            dict(
                "a", dict("b", written.apply(saved)),
                "c", written.apply(pickled),
                "noise", written.apply(Arrays.copyOf(saved, 40))));
    assertThat(conversion.tensors())
        .containsOnly(
            Map.entry("a.b.w", "F32[2] 0000803f00000040"), Map.entry("c.v", "F32[1] 00004040"));
    assertThat(conversion.plan().openedBytes()).containsExactlyInAnyOrder("a.b", "c");
  }

  @Test
  void bytesBesideATensorStayBytes() throws Exception {
    byte[] inner = Py.pickle(dict("w", call("torch.FloatTensor", list(1.0))));
    TestConversion conversion = convert(dict("x", torch.tensor(1), "blob", inner));
    assertThat(conversion.names()).containsExactly("x");
    assertThat(conversion.plan().openedBytes()).isEmpty();
  }

  @Test
  void aPackedEmbeddingHasTheNameOfItsStateDict() throws Exception {
    Object packed =
        new Py.Built(
            Py.instance("torch.ScriptObject"),
            tuple(
                tuple(1, list(torch.tensor(1)), list(), list(8)),
                "__torch__.torch.classes.quantized.EmbeddingPackedParamsBase"));
    Map<Object, Object> state = dict("_parameters", dict(), "_buffers", dict(), "_modules", dict());
    state.put("_packed_weight", packed);
    assertThat(
            convert(
                    object(
                        "torch.ao.nn.quantized.modules.embedding_ops.EmbeddingPackedParams", state))
                .names())
        .containsExactly("_packed_weight");
  }

  @Test
  void thatNoNameLeadsToATensorIsSaidWithTheirNumberAndPlace() {
    convert(dict("box", Py.set(torch.tensor(1), torch.tensor(2)), "n", 1))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("there is no name for any of its 2 tensors")
        .hasMessageContaining("2 in box")
        .hasMessageNotContaining("there is no tensor");
  }
}
