package dev.pt2st.convert;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.ConvertOptions.Unsupported;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row-major and little-endian, whatever the source; what the format cannot hold is refused. */
class ByteRulesTest {
  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, torch.zip(top));
  }

  private Object view(String storageType, String hex, int elements, Object metadata) {
    return call(
        "torch._utils._rebuild_tensor_v2",
        torch.storage(storageType, HexFormat.of().parseHex(hex), elements),
        0,
        tuple(elements),
        tuple(1),
        false,
        Py.orderedDict(),
        metadata);
  }

  private static Object v3(Object storage, String dtype, Object size, Object stride) {
    return call(
        "torch._utils._rebuild_tensor_v3",
        storage,
        0,
        size,
        stride,
        false,
        Py.orderedDict(),
        global("torch." + dtype));
  }

  @Test
  void stridesAreGathered() throws Exception {
    Object storage = torch.bytes(0, 1, 2, 3, 4, 5);
    Object top =
        dict(
            "expanded", Torch.view(storage, 1, tuple(3), tuple(0)),
            "scalar", Torch.view(storage, 5, tuple(), tuple()),
            "none", Torch.view(storage, 0, tuple(0, 7), tuple(1, 1)),
            "step", Torch.view(storage, 1, tuple(3), tuple(2)),
            "transposed", Torch.view(storage, 0, tuple(3, 2), tuple(1, 3)),
            "window", Torch.view(storage, 0, tuple(4, 3), tuple(1, 1)));
    assertThat(convert(top).tensors())
        .containsExactly(
            Map.entry("expanded", "U8[3] 010101"),
            Map.entry("none", "U8[0, 7] "),
            Map.entry("scalar", "U8[] 05"),
            Map.entry("step", "U8[3] 010305"),
            Map.entry("transposed", "U8[3, 2] 000301040205"),
            Map.entry("window", "U8[4, 3] 000102010203020304030405"));
  }

  /** 1 + 2j and its bits, as torch.resolve_conj and torch.resolve_neg write them. */
  @ParameterizedTest
  @CsvSource({
    "false, false, 0000803f00000040",
    "true, false, 0000803f000000c0",
    "false, true, 000080bf000000c0",
    "true, true, 000080bf00000040",
  })
  void conjAndNegBitsAreResolved(boolean conj, boolean neg, String hex) throws Exception {
    Object tensor = view("ComplexFloatStorage", "0000803f00000040", 1, bits(conj, neg));
    assertThat(convert(tensor).tensors()).containsExactly(Map.entry("tensor", "C64[1] " + hex));
  }

  @ParameterizedTest
  @CsvSource({
    "HalfStorage, 003c, F16, 00bc",
    "BFloat16Storage, 803f, BF16, 80bf",
    "FloatStorage, 0000803f, F32, 000080bf",
    "FloatStorage, 00000000, F32, 00000080",
    "FloatStorage, 0000c07f, F32, 0000c0ff",
    "DoubleStorage, 000000000000f03f, F64, 000000000000f0bf",
  })
  void theNegBitTurnsTheSign(String storage, String hex, String dtype, String negated)
      throws Exception {
    assertThat(convert(view(storage, hex, 1, dict("neg", true))).tensors())
        .containsExactly(Map.entry("tensor", dtype + "[1] " + negated));
  }

  @Test
  void aPackedByteIsTwoElementsOfFourBits() throws Exception {
    Object packed = v3(torch.bytes(1, 2, 3, 4, 5, 6), "float4_e2m1fn_x2", tuple(2, 3), tuple(3, 1));
    assertThat(convert(packed).tensors())
        .containsExactly(Map.entry("tensor", "F4[2, 6] 010203040506"));
    convert(v3(torch.bytes(1), "float4_e2m1fn_x2", tuple(), tuple()))
        .rejected(RefusedException.class)
        .hasMessageContaining("4-bit");
  }

  @Test
  void aDtypeMayDifferFromThatOfItsStorage() throws Exception {
    Object storage =
        torch.storage("storage.UntypedStorage", HexFormat.of().parseHex("0102030405060708"), 8);
    assertThat(
            convert(
                    dict(
                        "u16", v3(storage, "uint16", tuple(4), tuple(1)),
                        "u64", v3(storage, "uint64", tuple(1), tuple(1)),
                        "f8", v3(storage, "float8_e4m3fn", tuple(2), tuple(4))))
                .tensors())
        .containsExactly(
            Map.entry("u64", "U64[1] 0102030405060708"),
            Map.entry("u16", "U16[4] 0102030405060708"),
            Map.entry("f8", "F8_E4M3[2] 0105"));
  }

  @ParameterizedTest
  @CsvSource({
    "FloatStorage, 3f800000, 1, F32[1] 0000803f",
    "ComplexFloatStorage, 3f80000040000000, 1, C64[1] 0000803f00000040",
    "ShortStorage, 00010002, 2, I16[2] 01000200",
    "DoubleStorage, 3ff0000000000000, 1, F64[1] 000000000000f03f",
    "ByteStorage, 0102, 2, U8[2] 0102",
  })
  void aBigEndianZipIsTurned(String storage, String hex, int elements, String expected)
      throws Exception {
    torch.byteOrder("big");
    assertThat(convert(view(storage, hex, elements, null)).tensors())
        .containsExactly(Map.entry("tensor", expected));
  }

  @Test
  void aByteOrderIsLittleOrBig() throws Exception {
    Object tensor = torch.tensor(1);
    assertThat(TestConversion.of(temporary, torch.byteOrder("little").zip(tensor)).tensors())
        .containsExactly(Map.entry("tensor", "F32[1] 0000803f"));
    for (String order : new String[] {"", "Big", "big\n", "middle", "x".repeat(100)}) {
      TestConversion.of(temporary, torch.byteOrder(order).zip(tensor))
          .rejected(MalformedException.class)
          .hasMessageContaining("byte order");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ComplexDoubleStorage, 16, torch.complex128",
    "QInt8Storage, 1, torch.qint8",
  })
  void aDtypeThatTheFormatCannotHoldIsRefusedByNameOrSkipped(String storage, int size, String dtype)
      throws Exception {
    Object top = dict("w", torch.tensor(1), "odd", view(storage, "00".repeat(size), 1, null));
    convert(top)
        .rejected(RefusedException.class)
        .hasMessageContaining("\"odd\" (of dtype " + dtype)
        .hasMessageContaining("leave it out");
    Plan plan = convert(top).with(ConvertOptions.STANDARD.withUnsupported(Unsupported.SKIP)).plan();
    assertThat(plan.tensors()).extracting(tensor -> tensor.info().name()).containsExactly("w");
    assertThat(plan.skipped()).containsExactly(new Plan.Skipped("odd", "of dtype " + dtype));
  }

  @Test
  void expansionIsBounded() throws Exception {
    Object storage = torch.bytes(7);
    Object large = Torch.view(storage, 0, tuple(1 << 15, 1 << 15), tuple(0, 0));
    convert(large).rejected(LimitException.class).hasMessageContaining("Limit.EXPANSION");
    Limits limits = Limits.STANDARD.with(Limit.EXPANSION, 10_000_000);
    assertThat(
            convert(large)
                .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
                .plan()
                .dataBytes())
        .isEqualTo(1L << 30);
    Object small = Torch.view(storage, 0, tuple(1 << 16), tuple(0));
    assertThat(convert(small).plan().dataBytes()).isEqualTo(1 << 16);
  }

  @Test
  void manyLargeExpansionsDoNotOverflowTheirSum() {
    Object storage = torch.bytes(7);
    Map<Object, Object> top = dict();
    for (int i = 0; i < 8; i++) {
      top.put("t" + i, Torch.view(storage, 0, tuple(1L << 61), tuple(0)));
    }
    Limits limits = Limits.STANDARD.with(Limit.EXPANSION, Long.MAX_VALUE);
    convert(top)
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
        .rejected(LimitException.class);
  }

  @Test
  void aRecordWithAWrongCrcIsRefusedUnlessItIsNotChecked() throws Exception {
    byte[] zip = torch.zipOf(torch.tensor(1)).stored("archive/unused", new byte[9]).build();
    byte[] content = {0, 0, (byte) 0x80, 0x3f};
    for (int at = 0; at < zip.length - 4; at++) {
      if (Arrays.equals(zip, at, at + 4, content, 0, 4)) {
        zip[at] ^= 1;
      }
    }
    TestConversion.of(temporary, zip)
        .rejected(MalformedException.class)
        .hasMessageContaining("archive/data/0")
        .hasMessageContaining("CRC-32");
    assertThat(
            TestConversion.of(temporary, zip)
                .with(
                    ConvertOptions.STANDARD.withRead(
                        ReadOptions.STANDARD.withCrc(ReadOptions.Crc.IGNORE)))
                .tensors())
        .containsExactly(Map.entry("tensor", "F32[1] 0100803f"));
  }

  @Test
  void aCrcOfZeroMeansThatNoneWasTakenRecordByRecord() throws Exception {
    byte[] pickle = Py.pickle(torch.tensor(1));
    ZipBuilder none =
        new ZipBuilder()
            .stored("a/data.pkl", pickle, entry -> entry.both(header -> header.crc = 0))
            .stored("a/data/0", new byte[4], entry -> entry.both(header -> header.crc = 0));
    assertThat(TestConversion.of(temporary, none.build()).tensors()).hasSize(1);
    ZipBuilder one =
        new ZipBuilder()
            .stored("a/data.pkl", pickle)
            .stored("a/data/0", new byte[4], entry -> entry.both(header -> header.crc = 0));
    assertThat(TestConversion.of(temporary, one.build()).tensors()).hasSize(1);
    ZipBuilder wrong =
        new ZipBuilder()
            .stored("a/data.pkl", pickle, entry -> entry.both(header -> header.crc = 0))
            .stored("a/data/0", new byte[4], entry -> entry.both(header -> header.crc = 1));
    TestConversion.of(temporary, wrong.build()).rejected(MalformedException.class);
  }

  @Test
  void compressedRecordsAreInflated() throws Exception {
    Object tensor = Torch.view(Torch.id("ByteStorage", "0", 5000), 1, tuple(3), tuple(2000));
    byte[] data = new byte[5000];
    data[1] = 1;
    data[2001] = 2;
    data[4001] = 3;
    ZipBuilder zip =
        new ZipBuilder()
            .deflated("a/data.pkl", Py.pickle(tensor), entry -> {})
            .deflated("a/data/0", data, entry -> {});
    assertThat(TestConversion.of(temporary, zip.build()).tensors())
        .containsExactly(Map.entry("tensor", "U8[3] 010203"));
  }

  @ParameterizedTest
  @CsvSource({"4999, a/data/0", "5001, a/data/0", "1, a/data.pkl", "100000, a/data.pkl"})
  void aCompressedRecordIsJustAsLongAsItSays(int size, String lying) {
    Object tensor = Torch.view(Torch.id("ByteStorage", "0", 4000), 0, tuple(4000), tuple(1));
    ZipBuilder zip = new ZipBuilder();
    for (String name : new String[] {"a/data.pkl", "a/data/0"}) {
      byte[] data = name.endsWith("pkl") ? Py.pickle(tensor) : new byte[5000];
      zip.deflated(
          name,
          data,
          entry ->
              entry.both(header -> {
                if (name.equals(lying)) {
                  header.size = size;
                }
              }));
    }
    TestConversion.of(temporary, zip.build())
        .rejected(MalformedException.class)
        .hasMessageContaining(lying);
  }

  @Test
  void aCompressedRecordDoesNotGrowOutOfProportion() {
    Object tensor = Torch.view(Torch.id("ByteStorage", "0", 1 << 20), 0, tuple(1 << 20), tuple(1));
    ZipBuilder zip =
        new ZipBuilder()
            .stored("a/data.pkl", Py.pickle(tensor))
            .deflated("a/data/0", new byte[1 << 20], entry -> {});
    TestConversion.of(temporary, zip.build())
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.RATIO, 100))))
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.RATIO");
  }

  /** The metadata of a tensor: the presence of a key sets its bit, whatever its value. */
  private static Object bits(boolean conj, boolean neg) {
    if (conj) {
      return neg ? dict("conj", true, "neg", null) : dict("conj", 1);
    }
    return neg ? dict("neg", false) : dict("other", true);
  }
}
