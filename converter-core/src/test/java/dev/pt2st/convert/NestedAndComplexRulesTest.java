package dev.pt2st.convert;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nested tensors as what they are made of, and wide or narrow complex ones as pairs of numbers. */
class NestedAndComplexRulesTest {
  private static final ConvertOptions NESTED = Choices.of("--nested components");
  private static final ConvertOptions REAL = Choices.of("--complex real");

  /** 1 + 2i in float64. */
  private static final String ONE = "000000000000f03f";

  private static final String TWO = "0000000000000040";

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, ConvertOptions options) {
    return TestConversion.of(temporary, torch.zip(top)).with(options);
  }

  private Object nested(Py.Tuple sizes, Py.Tuple strides) {
    return call(
        "torch._utils._rebuild_nested_tensor",
        torch.tensor(1, 2, 3),
        torch.longTensor(sizes, 1, 2),
        torch.longTensor(strides, 1, 1),
        torch.longTensor(tuple(2), 0, 1));
  }

  private Object jagged(Object values, Object offsets) {
    return call(
        "torch._tensor._rebuild_from_type_v2",
        global("torch.nested._internal.nested_tensor._rebuild_njt"),
        global("torch.nested._internal.nested_tensor.NestedTensor"),
        tuple(
            dict(
                "values",
                values,
                "offsets",
                offsets,
                "lengths",
                new Py.Raw("N"),
                "_ragged_idx",
                1,
                "_metadata_cache",
                dict("min_seqlen", Torch.view(torch.floats(), 0, tuple(1, 0), tuple(1, 1))))),
        dict());
  }

  @Test
  void aNestedTensorIsRefusedByNameWithTheOptionThatConvertsIt() {
    convert(dict("n", nested(tuple(2, 1), tuple(2, 1))), ConvertOptions.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("\"n\" (a nested tensor")
        .hasMessageContaining("; write it as components, or leave it out");
  }

  @Test
  void componentsAreCalledAsTheArgumentsThatPyTorchTakes() throws Exception {
    assertThat(convert(dict("n", nested(tuple(2, 1), tuple(2, 1))), NESTED).tensors())
        .containsExactly(
            Map.entry("n.sizes", "I64[2, 1] 01000000000000000200000000000000"),
            Map.entry("n.storage_offsets", "I64[2] 00000000000000000100000000000000"),
            Map.entry("n.strides", "I64[2, 1] 01000000000000000100000000000000"),
            Map.entry("n.buffer", "F32[3] 0000803f0000004000004040"));
    TestConversion jagged =
        convert(
            dict("j", jagged(torch.tensor(1, 2, 3), torch.longTensor(tuple(3), 0, 1, 3))), NESTED);
    assertThat(jagged.names()).containsExactly("j.offsets", "j.values");
    assertThat(jagged.plan().metadata())
        .containsEntry(
            "pt2st.converted",
            "{\"j\":{\"kind\":\"nested\",\"form\":\"components\",\"dtype\":\"torch.float32\","
                + "\"layout\":\"torch.jagged\",\"ragged_idx\":1,\"min_seqlen\":1}}");
    assertThat(jagged.plan().leftOut()).isEmpty();
  }

  @Test
  void componentsThatContradictEachOtherAreMalformed() {
    convert(dict("n", nested(tuple(2, 1), tuple(1, 2))), NESTED)
        .rejected(MalformedException.class)
        .hasMessageContaining("tensor \"n\"")
        .hasMessageContaining("contradict each other");
    convert(dict("n", jagged(torch.tensor(1), torch.tensor(0, 1))), NESTED)
        .rejected(MalformedException.class)
        .hasMessageContaining("its sizes or offsets are of torch.float32");
  }

  private Object complex(String hex, Object metadata) {
    return call(
        "torch._utils._rebuild_tensor_v2",
        torch.storage("ComplexDoubleStorage", HexFormat.of().parseHex(hex), 1),
        0,
        tuple(1),
        tuple(1),
        false,
        Py.orderedDict(),
        metadata);
  }

  @Test
  void aComplexTensorIsRefusedByNameWithTheOptionThatConvertsIt() {
    convert(dict("z", complex(ONE + TWO, dict())), ConvertOptions.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("\"z\" (of dtype torch.complex128")
        .hasMessageContaining("; write it as real numbers, or leave it out");
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 000000000000f03f, 0000000000000040",
    "true, false, 000000000000f03f, 00000000000000c0",
    "false, true, 000000000000f0bf, 00000000000000c0",
    "true, true, 000000000000f0bf, 0000000000000040",
  })
  void bothPartsAreWrittenAndBitsAreResolved(
      boolean conj, boolean neg, String real, String imaginary) throws Exception {
    Object tensor = complex(ONE + TWO, bits(conj, neg));
    assertThat(convert(tensor, REAL).tensors())
        .containsExactly(Map.entry("tensor", "F64[1, 2] " + real + imaginary));
  }

  @Test
  void aBigEndianPartIsTurnedOnItsOwn() throws Exception {
    torch.byteOrder("big");
    assertThat(convert(complex("3ff0000000000000" + "4000000000000000", dict()), REAL).tensors())
        .containsExactly(Map.entry("tensor", "F64[1, 2] " + ONE + TWO));
  }

  @Test
  void stridesAreGathered() throws Exception {
    byte[] bytes = HexFormat.of().parseHex("003c0040" + "00420044" + "00450046" + "00470048");
    Object halves =
        call(
            "torch._utils._rebuild_tensor_v3",
            torch.storage("storage.UntypedStorage", bytes, bytes.length),
            0,
            tuple(2, 2),
            tuple(1, 2),
            false,
            Py.orderedDict(),
            global("torch.complex32"),
            dict("conj", true));
    assertThat(convert(halves, REAL).tensors())
        .containsExactly(
            Map.entry("tensor", "F16[2, 2, 2] 003c00c0" + "004500c6" + "004200c4" + "004700c8"));
  }

  @Test
  void theMetadataSayTheWayBack() throws Exception {
    assertThat(convert(dict("z", complex(ONE + TWO, dict())), REAL).plan().metadata())
        .containsEntry(
            "pt2st.converted",
            "{\"z\":{\"kind\":\"complex\",\"form\":\"real\",\"dtype\":\"torch.complex128\"}}");
  }

  @Test
  void tiedTensorsAreDroppedAsOthers() throws Exception {
    Object storage = torch.storage("ComplexDoubleStorage", new byte[32], 2);
    Object top =
        dict(
            "a", Torch.view(storage, 0, tuple(2), tuple(1)),
            "b", Torch.view(storage, 0, tuple(2), tuple(1)));
    assertThat(convert(top, REAL.withShared(ConvertOptions.Shared.DROP)).plan().dropped())
        .containsExactly(Map.entry("b", "a"));
  }

  @Test
  void theKeyOfTheMetadataIsKept() {
    assertThatThrownBy(() -> REAL.withMetadata(Map.of("pt2st.converted", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The metadata of a tensor: the presence of a key sets its bit, whatever its value. */
  private static Object bits(boolean conj, boolean neg) {
    if (conj) {
      return neg ? dict("conj", true, "neg", null) : dict("conj", 1);
    }
    return neg ? dict("neg", false) : dict("other", true);
  }
}
