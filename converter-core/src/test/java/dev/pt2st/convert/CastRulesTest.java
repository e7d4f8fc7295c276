package dev.pt2st.convert;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.tensor.DType;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Floating tensors get another dtype, wherever and however their elements lie. */
class CastRulesTest {
  private static final ConvertOptions HALF = ConvertOptions.STANDARD.withCast(DType.F16);

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, ConvertOptions options) {
    return TestConversion.of(temporary, torch.zip(top)).with(options);
  }

  @Test
  void onlyFloatingTensorsAreCast() throws Exception {
    Object top =
        dict(
            "float", torch.tensor(1, -2),
            "bytes", torch.byteTensor(1, 2),
            "complex", view("ComplexFloatStorage", "0000803f00000040", dict()),
            "half", view("HalfStorage", "003c", dict()));
    assertThat(convert(top, HALF).tensors())
        .containsExactly(
            Map.entry("complex", "C64[1] 0000803f00000040"),
            Map.entry("float", "F16[2] 003c00c0"),
            Map.entry("half", "F16[1] 003c"),
            Map.entry("bytes", "U8[2] 0102"));
  }

  /** The signalling NaN of a tensor that has the dtype already is not touched. */
  @Test
  void aTensorOfTheDtypeIsCopied() throws Exception {
    assertThat(convert(view("HalfStorage", "017c", dict()), HALF).tensors())
        .containsExactly(Map.entry("tensor", "F16[1] 017c"));
  }

  @ParameterizedTest
  @CsvSource({"F16, F16[2] 003c00c0", "BF16, BF16[2] 803f00c0", "F32, F32[2] 0000803f000000c0"})
  void doublesAreCastToEach(DType dtype, String expected) throws Exception {
    Object tensor = view("DoubleStorage", "000000000000f03f00000000000000c0", dict());
    assertThat(convert(tensor, ConvertOptions.STANDARD.withCast(dtype)).tensors())
        .containsExactly(Map.entry("tensor", expected));
  }

  @Test
  void stridedTensorsAreGatheredAndCast() throws Exception {
    Object storage = torch.floats(0, 1, 2, 3, 4, 5);
    Object top =
        dict(
            "expanded", Torch.view(storage, 1, tuple(3), tuple(0)),
            "none", Torch.view(storage, 0, tuple(0, 7), tuple(1, 1)),
            "scalar", Torch.view(storage, 2, tuple(), tuple()),
            "slice", Torch.view(storage, 1, tuple(2), tuple(1)),
            "transposed", Torch.view(storage, 0, tuple(3, 2), tuple(1, 3)));
    assertThat(convert(top, HALF).tensors())
        .containsExactly(
            Map.entry("expanded", "F16[3] 003c003c003c"),
            Map.entry("none", "F16[0, 7] "),
            Map.entry("scalar", "F16[] 0040"),
            Map.entry("slice", "F16[2] 003c0040"),
            Map.entry("transposed", "F16[3, 2] 00000042003c004400400045"));
  }

  @Test
  void bigEndianSourcesAreSwappedFirst() throws Exception {
    torch.byteOrder("big");
    assertThat(convert(view("FloatStorage", "3f800000c0000000", dict()), HALF).tensors())
        .containsExactly(Map.entry("tensor", "F16[2] 003c00c0"));
  }

  @Test
  void theNegBitTurnsTheSignFirst() throws Exception {
    assertThat(convert(view("FloatStorage", "0000803f", dict("neg", true)), HALF).tensors())
        .containsExactly(Map.entry("tensor", "F16[1] 00bc"));
  }

  @Test
  void whatSharesAStorageIsDroppedAndTheRestCast() throws Exception {
    Object storage = torch.floats(1, 2);
    Object top =
        dict(
            "a", Torch.view(storage, 0, tuple(2), tuple(1)),
            "b", Torch.view(storage, 0, tuple(1, 2), tuple(2, 1)));
    TestConversion conversion = convert(top, HALF.withShared(ConvertOptions.Shared.DROP));
    assertThat(conversion.tensors()).containsExactly(Map.entry("a", "F16[2] 003c0040"));
    assertThat(conversion.plan().dropped()).isEqualTo(Map.of("b", "a"));
  }

  @Test
  void tensorsAreLaidOutAndSplitByTheirNewSizes() throws Exception {
    Object top = dict("a", torch.tensor(1, 2), "b", torch.tensor(3), "c", torch.byteTensor(1, 2));
    Plan plan = convert(top, HALF.withMaxShardBytes(6)).plan();
    assertThat(plan.files()).extracting(Plan.PlannedFile::dataBytes).containsExactly(6L, 2L);
  }

  @Test
  void finiteElementsThatBecomeInfiniteAreCounted() throws Exception {
    Object top =
        dict(
            "all", torch.tensor(1e5f, -1e5f, 65520),
            "none", torch.tensor(65519, Float.POSITIVE_INFINITY, Float.NaN),
            "one", torch.tensor(1, 1e38f));
    Path input = Files.write(temporary.resolve("in.pt"), torch.zip(top));
    ConversionResult outcome =
        Converter.convert(input, temporary.resolve("out"), HALF, ProgressListener.NONE);
    assertThat(outcome.overflows()).containsExactly(new Overflow("all", 3), new Overflow("one", 1));
  }

  /** More than one buffer of input and of output, by several threads, on both ways to copy. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeTensorsAreCastInPieces(boolean transposed) throws Exception {
    int rows = 1500;
    int columns = 2000;
    ByteBuffer halves = ByteBuffer.allocate(rows * columns * 2).order(ByteOrder.LITTLE_ENDIAN);
    while (halves.hasRemaining()) {
      halves.putShort((short) ((halves.position() * 31) & 0x7bff));
    }
    Object tensor =
        Torch.view(
            torch.storage("HalfStorage", halves.array(), rows * columns),
            0,
            transposed ? tuple(columns, rows) : tuple(rows, columns),
            transposed ? tuple(1, columns) : tuple(columns, 1));
    Path input = Files.write(temporary.resolve("in.pt"), torch.zip(tensor));
    Path output = temporary.resolve("out.safetensors");
    ConvertOptions options = ConvertOptions.STANDARD.withCast(DType.F32);
    Plan plan = Converter.convert(input, output, options, ProgressListener.NONE).plan();
    byte[] bytes = Files.readAllBytes(output);
    byte[] data = Arrays.copyOfRange(bytes, bytes.length - rows * columns * 4, bytes.length);
    ByteBuffer expected = ByteBuffer.allocate(data.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * columns; i++) {
      int from = transposed ? i % rows * columns + i / rows : i;
      expected.putFloat(Float.float16ToFloat(halves.getShort(2 * from)));
    }
    assertThat(plan.fileBytes()).isEqualTo(bytes.length);
    assertThat(Arrays.equals(data, expected.array())).isTrue();
  }

  @Test
  void theCrcOfARecordIsThatOfItsOwnBytes() throws Exception {
    ZipBuilder zip =
        new ZipBuilder()
            .stored(
                "a/data.pkl",
                Py.pickle(Torch.view(Torch.id("FloatStorage", "0", 1), 0, tuple(1), tuple(1))))
            .stored("a/data/0", new byte[4], entry -> entry.both(header -> header.crc ^= 1));
    TestConversion.of(temporary, zip.build())
        .with(HALF)
        .rejected(MalformedException.class)
        .hasMessageContaining("CRC-32");
  }

  @Test
  void progressCountsTheBytesThatAreWritten() throws Exception {
    Path input = Files.write(temporary.resolve("in.pt"), torch.zip(torch.tensor(1, 2, 3)));
    long[] written = new long[2];
    ProgressListener progress =
        new ProgressListener() {
          @Override
          public void planned(long bytes) {
            written[0] = bytes;
          }

          @Override
          public void written(long bytes) {
            written[1] += bytes;
          }
        };
    Converter.convert(input, temporary.resolve("out"), HALF, progress);
    assertThat(written).containsExactly(6, 6);
  }

  private Object view(String storageType, String hex, Object metadata) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    int elements =
        bytes.length
            / switch (storageType) {
              case "HalfStorage" -> 2;
              case "FloatStorage" -> 4;
              default -> 8;
            };
    return Py.call(
        "torch._utils._rebuild_tensor_v2",
        torch.storage(storageType, bytes, elements),
        0,
        tuple(elements),
        tuple(1),
        false,
        Py.orderedDict(),
        metadata);
  }
}
