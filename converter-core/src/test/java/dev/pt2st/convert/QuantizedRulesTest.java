package dev.pt2st.convert;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.ConvertOptions.Unsupported;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.tensor.DType;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized tensors: refused, as the numbers they stand for, or as what they are made of. */
class QuantizedRulesTest {
  private static final ConvertOptions IN_FULL = Choices.of("--quantized dequantize");
  private static final ConvertOptions COMPONENTS = Choices.of("--quantized components");

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, ConvertOptions options) {
    return TestConversion.of(temporary, torch.zip(top)).with(options);
  }

  private static Object perTensor(Object storage, int elements, double scale, long zeroPoint) {
    return Torch.quantized(
        storage,
        tuple(elements),
        tuple(1),
        tuple(global("torch.per_tensor_affine"), scale, zeroPoint));
  }

  private Object perChannel(int axis) {
    return Torch.quantized(
        torch.storage("QInt8Storage", new byte[] {1, 2, 3, 4}, 4),
        tuple(2, 2),
        tuple(2, 1),
        tuple(
            global("torch.per_channel_affine"),
            Torch.view(torch.doubles(0.5, 2), 0, tuple(2), tuple(1)),
            torch.longTensor(tuple(2), 1, -1),
            axis));
  }

  @Test
  void aQuantizedTensorIsRefusedByNameWithTheOptionThatConvertsIt() {
    Object top =
        dict(
            "w", torch.tensor(1),
            "q", perTensor(torch.storage("QInt8Storage", new byte[1], 1), 1, 0.5, 0));
    convert(top, ConvertOptions.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("\"q\" (a quantized tensor")
        .hasMessageContaining("; write it dequantized or as components, or leave it out");
  }

  @Test
  void itIsSkippedStill() throws Exception {
    Object top =
        dict(
            "w", torch.tensor(1),
            "q", perTensor(torch.storage("QInt8Storage", new byte[1], 1), 1, 0.5, 0));
    assertThat(convert(top, ConvertOptions.STANDARD.withUnsupported(Unsupported.SKIP)).names())
        .containsExactly("w");
  }

  /** 2 times the difference to the zero point, as float32. */
  @ParameterizedTest
  @CsvSource({
    "QInt8Storage, ff02, -1, 000000000000c040",
    "QUInt8Storage, ff01, 255, 000000000000fec3",
  })
  void aScaleForAllElements(String storage, String hex, long zeroPoint, String expected)
      throws Exception {
    Object q =
        perTensor(torch.storage(storage, HexFormat.of().parseHex(hex), 2), 2, 2.0, zeroPoint);
    assertThat(convert(q, IN_FULL).tensors())
        .containsExactly(Map.entry("tensor", "F32[2] " + expected));
  }

  @Test
  void aDifferenceOf32BitsWrapsAround() throws Exception {
    // -2147483648 - 1 is 2147483647, which float32 rounds to 2147483648.
    byte[] smallest = {0, 0, 0, (byte) 0x80};
    Object q = perTensor(torch.storage("QInt32Storage", smallest, 1), 1, 1.0, 1);
    assertThat(convert(q, IN_FULL).tensors())
        .containsExactly(Map.entry("tensor", "F32[1] 0000004f"));
  }

  @Test
  void aScaleForEachChannel() throws Exception {
    // Rows: (1-1)/2, (2-1)/2; (3+1)*2, (4+1)*2.
    assertThat(convert(perChannel(0), IN_FULL).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 2] 000000000000003f0000004100002041"));
    // Columns: (1-1)/2, (2+1)*2; (3-1)/2, (4+1)*2.
    assertThat(convert(perChannel(1), IN_FULL).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 2] 000000000000c0400000803f00002041"));
  }

  @Test
  void scalesMayBeLists() throws Exception {
    Object q =
        Torch.quantized(
            torch.storage("QInt8Storage", new byte[] {3, 3}, 2),
            tuple(2),
            tuple(1),
            tuple(global("torch.per_channel_affine"), list(1.0, 0.5), list(1, 2), 0));
    assertThat(convert(q, IN_FULL).tensors())
        .containsExactly(Map.entry("tensor", "F32[2] 000000400000003f"));
  }

  @Test
  void elementsThatShareAByteLieInItsLowBitsFirst() throws Exception {
    Object q =
        Torch.quantized(
            torch.storage("QUInt4x2Storage", new byte[] {0x21, 0x03}, 2),
            tuple(3),
            tuple(1),
            tuple(global("torch.per_tensor_affine"), 1.0, 0));
    assertThat(convert(q, IN_FULL).tensors())
        .containsExactly(Map.entry("tensor", "F32[3] 0000803f0000004000004040"));
    assertThat(convert(q, COMPONENTS).tensors())
        .contains(Map.entry("tensor.int_repr", "U8[2] 2103"));
  }

  @Test
  void componentsAreCalledAsInPyTorch() throws Exception {
    Object q = perTensor(torch.storage("QUInt8Storage", new byte[] {7}, 1), 1, 0.5, 3);
    assertThat(convert(dict("q", q, "c", perChannel(1)), COMPONENTS).tensors())
        .containsExactly(
            Map.entry("c.zero_point", "I64[2] 0100000000000000ffffffffffffffff"),
            Map.entry("q.zero_point", "I64[] 0300000000000000"),
            Map.entry("c.scale", "F64[2] 000000000000e03f0000000000000040"),
            Map.entry("q.scale", "F64[] 000000000000e03f"),
            Map.entry("c.int_repr", "I8[2, 2] 01020304"),
            Map.entry("q.int_repr", "U8[1] 07"));
  }

  @Test
  void theMetadataSayTheWayBack() throws Exception {
    Object q = perTensor(torch.storage("QUInt8Storage", new byte[] {7}, 1), 1, 0.1, 3);
    Object top = dict("q", q, "c", perChannel(1));
    assertThat(convert(top, IN_FULL).plan().metadata())
        .containsEntry(
            "pt2st.converted",
            "{\"c\":{\"kind\":\"quantized\",\"form\":\"dequantized\",\"dtype\":\"torch.qint8\","
                + "\"scheme\":\"torch.per_channel_affine\",\"axis\":1},"
                + "\"q\":{\"kind\":\"quantized\",\"form\":\"dequantized\",\"dtype\":\"torch.quint8\","
                + "\"scheme\":\"torch.per_tensor_affine\",\"scale\":0.1,\"zero_point\":3}}");
    assertThat(convert(top, COMPONENTS).plan().metadata().get("pt2st.converted"))
        .contains("\"form\":\"components\"", "\"axis\":1,\"shape\":[2,2]");
    assertThat(convert(torch.tensor(1), COMPONENTS).plan().metadata()).containsOnlyKeys("format");
  }

  @Test
  void aComponentDoesNotTakeTheNameOfAnotherTensor() {
    Object q = perTensor(torch.storage("QInt8Storage", new byte[1], 1), 1, 0.5, 0);
    convert(dict("q", q, "q.scale", torch.tensor(1)), COMPONENTS)
        .rejected(RefusedException.class)
        .hasMessageContaining("tensor \"q.scale\"")
        .hasMessageContaining("two tensors would have this name");
  }

  @Test
  void componentsOfTiedTensorsAreDroppedAsOthers() throws Exception {
    Object storage = torch.storage("QInt8Storage", new byte[] {1}, 1);
    Object top = dict("a", perTensor(storage, 1, 0.5, 0), "b", perTensor(storage, 1, 0.5, 0));
    Plan plan = convert(top, COMPONENTS.withShared(ConvertOptions.Shared.DROP)).plan();
    assertThat(plan.dropped()).containsExactly(Map.entry("b.int_repr", "a.int_repr"));
    assertThat(convert(top, IN_FULL.withShared(ConvertOptions.Shared.DROP)).names())
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "QInt8Storage, 128",
    "QInt8Storage, -129",
    "QUInt8Storage, -1",
    "QUInt8Storage, 256",
    "QInt32Storage, 2147483648",
    "QUInt4x2Storage, 256",
  })
  void aZeroPointIsAnIntegerOfTheType(String storage, long zeroPoint) {
    Object q = perTensor(torch.storage(storage, new byte[4], 1), 1, 1.0, zeroPoint);
    convert(dict("q", q), IN_FULL)
        .rejected(MalformedException.class)
        .hasMessageContaining("tensor \"q\"")
        .hasMessageContaining("zero point " + zeroPoint);
  }

  @Test
  void soIsOneOfAChannel() {
    Object q =
        Torch.quantized(
            torch.storage("QInt8Storage", new byte[] {3, 3}, 2),
            tuple(2),
            tuple(1),
            tuple(global("torch.per_channel_affine"), list(1.0, 0.5), list(1, 200), 0));
    convert(dict("q", q), IN_FULL)
        .rejected(MalformedException.class)
        .hasMessageContaining("zero point 200 of its channel 1");
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
        Arguments.of("an axis that is none", tuple(list(1.0, 1.0), list(0, 0), 1)),
        Arguments.of("a negative axis", tuple(list(1.0, 1.0), list(0, 0), -1)),
        Arguments.of("too few scales", tuple(list(1.0), list(0, 0), 0)),
        Arguments.of("too few zero points", tuple(list(1.0, 1.0), list(0), 0)),
        Arguments.of("scales that are none", tuple(list("1", 1.0), list(0, 0), 0)),
        Arguments.of("no scales", tuple(1, 2, 0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contradictions")
  void whatContradictsItselfIsMalformed(String what, Py.Tuple parameters) {
    Object q =
        Torch.quantized(
            torch.storage("QInt8Storage", new byte[2], 2),
            tuple(2),
            tuple(1),
            tuple(
                global("torch.per_channel_affine"),
                parameters.items().get(0),
                parameters.items().get(1),
                parameters.items().get(2)));
    convert(dict("q", q), IN_FULL).rejected(CheckpointException.class);
  }

  @Test
  void aTensorLiesWithinItsStorage() {
    for (String storage : new String[] {"QInt8Storage", "QUInt4x2Storage"}) {
      Object q =
          Torch.quantized(
              torch.storage(storage, new byte[4], 4),
              tuple(1000),
              tuple(1),
              tuple(global("torch.per_tensor_affine"), 1.0, 0));
      convert(dict("q", q), IN_FULL)
          .rejected(MalformedException.class)
          .hasMessageContaining("does not fit its storage");
    }
  }

  @Test
  void whatPyTorchDoesNotDequantizeIsNamed() {
    Object q =
        Torch.quantized(
            torch.storage("QUInt4x2Storage", new byte[1], 1),
            tuple(2),
            tuple(1),
            tuple(global("torch.per_channel_affine"), list(1.0, 0.5), list(1, 2), 0));
    convert(dict("q", q), IN_FULL)
        .rejected(RefusedException.class)
        .hasMessageContaining("that PyTorch itself does not dequantize")
        .hasMessageContaining("; write it as components, or leave it out");
  }

  /** The numbers are cast; a scale of components keeps its dtype, or it would be another one. */
  @Test
  void whatIsWrittenCanBeCast() throws Exception {
    Object q = perTensor(torch.storage("QUInt8Storage", new byte[] {7}, 1), 1, 0.5, 3);
    assertThat(convert(q, IN_FULL.withCast(DType.F16)).tensors())
        .containsExactly(Map.entry("tensor", "F16[1] 0040"));
    assertThat(convert(q, COMPONENTS.withCast(DType.F16)).tensors())
        .containsEntry("tensor.scale", "F64[] 000000000000e03f");
  }
}
