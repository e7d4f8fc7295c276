package dev.pt2st.torch;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.ndarray;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
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

/** NumPy arrays of numbers are tensors; scalars, texts and objects are not. */
class NumpyTest {
  private static final Object NONE = new Py.Raw("N");

  @TempDir Path temporary;

  /** What {@code pickle.dumps} makes of arrays of NumPy 2.4. */
  static Stream<Arguments> written() {
    return Stream.of(
        Arguments.of(
            "c 2",
            "I16[2, 3] 010002000300040005000600",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b014b024b0386710a636e756d70790a64747970650a710b58"
                + "020000006932710c898887710d52710e284b0358010000003c710f4e4e4e4affffffff"
                + "4affffffff4b0074711062896803580c00000001000200030004000500060071116805"
                + "867112527113747114622e"),
        Arguments.of(
            "f 2",
            "I16[2, 3] 010002000300040005000600",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b014b024b0386710a636e756d70790a64747970650a710b58"
                + "020000006932710c898887710d52710e284b0358010000003c710f4e4e4e4affffffff"
                + "4affffffff4b0074711062886803580c00000001000400020005000300060071116805"
                + "867112527113747114622e"),
        Arguments.of(
            "be 2",
            "I16[2, 3] 010002000300040005000600",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b014b024b0386710a636e756d70790a64747970650a710b58"
                + "020000006932710c898887710d52710e284b0358010000003e710f4e4e4e4affffffff"
                + "4affffffff4b0074711062896803580c00000000010002000300040005000671116805"
                + "867112527113747114622e"),
        Arguments.of(
            "c 5",
            "I16[2, 3] 010002000300040005000600",
            "80059582000000000000008c136e756d70792e5f636f72652e6e756d65726963948c0b"
                + "5f66726f6d62756666657294939428960c000000000000000100020003000400050006"
                + "00948c056e756d7079948c0564747970659493948c02693294898887945294284b038c"
                + "013c944e4e4e4affffffff4affffffff4b007494624b024b0386948c01439474945294"
                + "2e"),
        Arguments.of(
            "f 5",
            "I16[2, 3] 010002000300040005000600",
            "80059582000000000000008c136e756d70792e5f636f72652e6e756d65726963948c0b"
                + "5f66726f6d62756666657294939428960c000000000000000100040002000500030006"
                + "00948c056e756d7079948c0564747970659493948c02693294898887945294284b038c"
                + "013c944e4e4e4affffffff4affffffff4b007494624b024b0386948c01469474945294"
                + "2e"),
        Arguments.of(
            "be 5",
            "I16[2, 3] 010002000300040005000600",
            "80059582000000000000008c136e756d70792e5f636f72652e6e756d65726963948c0b"
                + "5f66726f6d62756666657294939428960c000000000000000001000200030004000500"
                + "06948c056e756d7079948c0564747970659493948c02693294898887945294284b038c"
                + "013e944e4e4e4affffffff4affffffff4b007494624b024b0386948c01439474945294"
                + "2e"),
        Arguments.of(
            "bool",
            "BOOL[2] 0100",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b014b0285710a636e756d70790a64747970650a710b580200"
                + "00006231710c898887710d52710e284b0358010000007c710f4e4e4e4affffffff4aff"
                + "ffffff4b00747110628968035802000000010071116805867112527113747114622e"),
        Arguments.of(
            "scalar array",
            "U8[] 07",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b0129636e756d70790a64747970650a710a58020000007531"
                + "710b898887710c52710d284b0358010000007c710e4e4e4e4affffffff4affffffff4b"
                + "0074710f6289680358010000000771106805867111527112747113622e"),
        Arguments.of(
            "strided",
            "I16[2, 2] 0100030004000600",
            "80059593000000000000008c166e756d70792e5f636f72652e6d756c74696172726179"
                + "948c0c5f7265636f6e7374727563749493948c056e756d7079948c076e646172726179"
                + "9493944b0085944301629487945294284b014b024b02869468038c0564747970659493"
                + "948c02693294898887945294284b038c013c944e4e4e4affffffff4affffffff4b0074"
                + "94628943080100030004000600947494622e"),
        Arguments.of(
            "complex",
            "C64[1] 0000803f00000040",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b014b0185710a636e756d70790a64747970650a710b580200"
                + "00006338710c898887710d52710e284b0358010000003e710f4e4e4e4affffffff4aff"
                + "ffffff4b007471106289680358090000003fc280000040000000711168058671125271"
                + "13747114622e"),
        Arguments.of(
            "empty",
            "F64[0, 2] ",
            "8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472"
                + "7563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563"
                + "730a656e636f64650a7103580100000062710458060000006c6174696e317105867106"
                + "527107877108527109284b014b004b0286710a636e756d70790a64747970650a710b58"
                + "020000006638710c898887710d52710e284b0358010000003c710f4e4e4e4affffffff"
                + "4affffffff4b007471106289635f5f6275696c74696e5f5f0a62797465730a71112952"
                + "7112747113622e"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("written")
  void arraysAsNumpyWritesThem(String name, String expected, String pickle) throws Exception {
    assertThat(TestConversion.of(temporary, HexFormat.of().parseHex(pickle)).tensors())
        .containsExactly(Map.entry("tensor", expected));
  }

  private static Object dtype(String code, String order) {
    return dtype(code, order, -1, -1, 0);
  }

  private static Object dtype(String code, String order, int size, int alignment, int flags) {
    return new Py.Built(
        call("numpy.dtype", code, false, true),
        tuple(3, order, NONE, NONE, NONE, size, alignment, flags));
  }

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, Py.pickle(top));
  }

  @ParameterizedTest
  @CsvSource({
    "b1, BOOL, 1", "i1, I8, 1", "u1, U8, 1", "i2, I16, 2", "u2, U16, 2", "f2, F16, 2",
    "i4, I32, 4", "u4, U32, 4", "f4, F32, 4", "i8, I64, 8", "u8, U64, 8", "f8, F64, 8",
    "c8, C64, 8", "<f4, F32, 4"
  })
  void everyNumericDtypeHasItsName(String code, String name, int size) throws Exception {
    Object top = ndarray(tuple(1, tuple(1), dtype(code, "<"), false, new byte[size]));
    assertThat(convert(top).tensors())
        .containsExactly(Map.entry("tensor", name + "[1] " + "00".repeat(size)));
  }

  @ParameterizedTest
  @CsvSource({"f16, 16", "g, 16", "c16, 16", "c32, 32"})
  void aNumericDtypeThatTheFormatCannotHoldIsRefused(String code, int size) {
    convert(dict("w", ndarray(tuple(1, tuple(1), dtype(code, "<"), false, new byte[size]))))
        .rejected(CheckpointException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "U2, 8, 8, 4, 8",
    "S3, 3, 3, 1, 0",
    "V4, 4, 4, 1, 0",
    "M8, 8, -1, -1, 0",
    "m8, 8, -1, -1, 0"
  })
  void textsDatesAndRecordsAreNoTensors(String code, int bytes, int size, int alignment, int flags)
      throws Exception {
    Object type = dtype(code, "<", size, alignment, flags);
    Object other = ndarray(tuple(1, tuple(1), type, false, new byte[bytes]));
    Object number = ndarray(tuple(1, tuple(1), dtype("u1", "|"), false, new byte[1]));
    assertThat(convert(dict("w", number, "o", other)).names()).containsExactly("w");
  }

  @Test
  void objectArraysAndScalarsAreNoTensors() throws Exception {
    Object objects = ndarray(tuple(1, tuple(2), dtype("O8", "|", -1, -1, 63), false, list("a", 1)));
    Object scalar = call("numpy.core.multiarray.scalar", dtype("f4", "<"), new byte[] {0, 0, 0, 0});
    Object number = ndarray(tuple(1, tuple(1), dtype("u1", "|"), false, new byte[1]));
    assertThat(convert(dict("w", number, "o", objects, "s", scalar)).names()).containsExactly("w");
  }

  /** Protocols 0 to 2 write bytes as text, of one byte a character or of two. */
  @Test
  void aLargeArrayTakesNoHeap() throws Exception {
    StringBuilder text = new StringBuilder();
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < 150_000; i++) {
      text.append((char) (i * 7 % 256));
      hex.append(String.format("%02x", i * 7 % 256));
    }
    Object top =
        ndarray(
            tuple(
                1,
                tuple(3, 50_000),
                dtype("u1", "|"),
                true,
                call("_codecs.encode", text.toString(), "latin1")));
    TestConversion conversion =
        convert(dict("a", top, "b", top))
            .with(
                ConvertOptions.STANDARD.withRead(
                    ReadOptions.STANDARD.withLimits(
                        Limits.STANDARD.with(Limit.HEAP_BYTES, 10_000))));
    StringBuilder rows = new StringBuilder();
    for (int row = 0; row < 3; row++) {
      for (int i = row; i < 150_000; i += 3) {
        rows.append(hex, 2 * i, 2 * i + 2);
      }
    }
    assertThat(conversion.tensors())
        .containsEntry("a", "U8[3, 50000] " + rows)
        .containsEntry("b", "U8[3, 50000] " + rows);
  }

  @Test
  void bytesOfPython2AreAStr() throws Exception {
    Object top =
        ndarray(tuple(1, tuple(2), dtype("u2", ">"), false, new Py.Raw("U\4\1\u00ff\2\u00fe")));
    assertThat(convert(top).tensors()).containsExactly(Map.entry("tensor", "U16[2] ff01fe02"));
    Object latin1 = ndarray(tuple(1, tuple(2), dtype("u1", "|"), false, "\u00e9A"));
    assertThat(convert(latin1).tensors()).containsExactly(Map.entry("tensor", "U8[2] e941"));
  }

  @Test
  void statesWithoutAVersionAreReadToo() throws Exception {
    assertThat(
            convert(ndarray(tuple(tuple(2), dtype("u1", "|"), false, new byte[] {1, 2}))).tensors())
        .containsExactly(Map.entry("tensor", "U8[2] 0102"));
  }

  static Stream<Object> malformedStates() {
    return Stream.of(
        tuple(),
        tuple(1, tuple(1), dtype("u1", "|"), false),
        tuple(1, tuple(2), dtype("u1", "|"), false, new byte[1]),
        tuple(1, tuple(1), dtype("u1", "|"), false, new byte[2]),
        tuple(1, tuple(-1), dtype("u1", "|"), false, new byte[1]),
        tuple(1, tuple(1L << 62, 4), dtype("f8", "<"), false, new byte[0]),
        tuple(1, list(1), dtype("u1", "|"), false, new byte[1]),
        tuple(1, tuple(1), "u1", false, new byte[1]),
        tuple(1, tuple(1), dtype("u1", "|"), false, 7),
        tuple(1, tuple(1), dtype("u1", "|"), false, "\u20ac"),
        dict());
  }

  @ParameterizedTest
  @MethodSource("malformedStates")
  void aStateThatDoesNotFitIsMalformed(Object state) {
    convert(ndarray(state)).rejected(MalformedException.class);
  }

  @Test
  void aBufferThatDoesNotFitIsMalformed() {
    for (Object size : new Object[] {tuple(2), tuple(0), tuple(-1), 5}) {
      convert(call("numpy.core.numeric._frombuffer", new byte[1], dtype("u1", "|"), size, "C"))
          .rejected(MalformedException.class);
    }
  }

  @Test
  void tensorsOfOtherDevicesComeAsArrays() throws Exception {
    Object data = ndarray(tuple(1, tuple(1), dtype("f4", "<"), false, new byte[4]));
    for (String name : new String[] {"_rebuild_device_tensor_from_numpy", "_rebuild_xla_tensor"}) {
      assertThat(
              TestConversion.of(
                      temporary,
                      new Torch()
                          .zip(
                              call(
                                  "torch._utils." + name,
                                  data,
                                  global("torch.float32"),
                                  "xla:0",
                                  false)))
                  .tensors())
          .containsExactly(Map.entry("tensor", "F32[1] 00000000"));
    }
    convert(
            call(
                "torch._utils._rebuild_xla_tensor", data, global("torch.bfloat16"), "xla:0", false))
        .rejected(RefusedException.class)
        .hasMessageContaining("stored as torch.float32 for torch.bfloat16");
  }
}
