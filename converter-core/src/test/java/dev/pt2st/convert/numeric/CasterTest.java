package dev.pt2st.convert.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pt2st.convert.data.NumericSupport;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A number in another dtype is, bit for bit, what PyTorch makes of it. */
class CasterTest {
  private final Caster caster = new Caster();

  /**
   * Whole types and many ties, as {@code samples/tools/cast_digests.py} had PyTorch cast them.
   *
   * @param shift and {@code low}: the patterns are all {@code (i << shift) | low}
   */
  @ParameterizedTest(name = "{0} << {1} | {2} to {3}")
  @CsvFileSource(resources = "cast.csv")
  void manyNumbersComeOutAsOfPyTorch(
      String from, int shift, long low, String to, long overflows, String sha256) throws Exception {
    DType source = dtype(from);
    DType target = dtype(to);
    int size = source.byteSize();
    ByteBuffer in = ByteBuffer.allocate(Caster.RUN * size).order(ByteOrder.LITTLE_ENDIAN);
    byte[] out = new byte[Caster.RUN * target.byteSize()];
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    long patterns = 1L << (Byte.SIZE * size - shift);
    long overflown = 0;
    int count = 0;
    for (long i = 0; i < patterns; i++) {
      put(in, size, (i << shift) | low);
      count++;
      if (count == Caster.RUN || i == patterns - 1) {
        overflown +=
            caster.cast(
                source,
                MemorySegment.ofBuffer(in.flip()),
                target,
                MemorySegment.ofArray(out),
                count);
        digest.update(out, 0, count * target.byteSize());
        in.clear();
        count = 0;
      }
    }
    assertThat(overflown).isEqualTo(overflows);
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(sha256);
  }

  private static void put(ByteBuffer to, int size, long bits) {
    switch (size) {
      case 1 -> to.put((byte) bits);
      case 2 -> to.putShort((short) bits);
      case 4 -> to.putInt((int) bits);
      default -> to.putLong(bits);
    }
  }

  private static DType dtype(String torchName) {
    return Objects.requireNonNull(DType.ofTorchName(torchName));
  }

  @ParameterizedTest
  @CsvSource({
    "F32, 3f800000, F16, 3c00, 0", // 1
    "F32, 80000000, F16, 8000, 0", // -0
    "F32, 3f801000, F16, 3c00, 0", // a tie: to even, down
    "F32, 3f803000, F16, 3c02, 0", // a tie: to even, up
    "F32, 3f801001, F16, 3c01, 0", // just above a tie
    "F32, 33800000, F16, 0001, 0", // 2^-24, the least
    "F32, 33000000, F16, 0000, 0", // half of it: a tie, to even
    "F32, 33000001, F16, 0001, 0",
    "F32, 477fe000, F16, 7bff, 0", // 65504, the largest
    "F32, 477fefff, F16, 7bff, 0",
    "F32, 477ff000, F16, 7c00, 1", // 65520: a tie, to infinity
    "F32, c77ff000, F16, fc00, 1",
    "F32, 7f800000, F16, 7c00, 0", // infinity was infinite before
    "F32, 7fc00000, F16, 7e00, 0", // NaN
    "F32, ff802001, F16, fe01, 0", // the upper bits of its payload stay, and it is quiet
    "F32, 3f808000, BF16, 3f80, 0",
    "F32, 3f818000, BF16, 3f82, 0",
    "F32, 7f7fffff, BF16, 7f80, 1", // the largest float
    "F32, 7f7f7fff, BF16, 7f7f, 0",
    "F32, 00000001, BF16, 0000, 0",
    "F32, 7fc00000, BF16, ffff, 0",
    "F16, 7e00, BF16, 7fc0, 0",
    "F16, 0001, F32, 33800000, 0",
    "F16, fc01, F32, ffc02000, 0",
    "BF16, 7f81, F32, 7f810000, 0",
    "BF16, 4780, F16, 7c00, 1", // 65536
    "F64, 3ff0020000000001, F16, 3c00, 0", // above a tie of halves, but as a float it is one
    "F64, 3ff0020020000000, F16, 3c01, 0",
    "F64, 47f0000000000000, F16, 7c00, 1", // counted once, though it is infinite as a float
    "F64, 40f0000000000000, F16, 7c00, 1",
    "F64, 47effffff0000000, F32, 7f800000, 1",
    "F64, 47efffffefffffff, F32, 7f7fffff, 0",
    "F64, fff0000020000000, F32, ffc00001, 0",
    "F64, 0000000000000001, F32, 00000000, 0",
    "F8_E8M0, 00, F32, 00400000, 0", // 2^-127
    "F8_E8M0, fe, F16, 7c00, 1",
    "F8_E4M3, 7e, BF16, 43e0, 0", // 448
    "F8_E4M3FNUZ, 80, F32, 7f800001, 0"
  })
  void aNumberComesOutAs(String from, String bits, String to, String expected, int overflows) {
    DType target = DType.valueOf(to);
    byte[] out = new byte[target.byteSize()];
    int overflown =
        caster.cast(
            DType.valueOf(from),
            MemorySegment.ofArray(littleEndian(bits)),
            target,
            MemorySegment.ofArray(out),
            1);
    assertThat(out).isEqualTo(littleEndian(expected));
    assertThat(overflown).isEqualTo(overflows);
  }

  private static byte[] littleEndian(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (int i = 0; i < bytes.length / 2; i++) {
      byte other = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = bytes[i];
      bytes[i] = other;
    }
    return bytes;
  }

  /** What {@code torch.nn.Module.to(dtype)} asks: is_floating_point, and 4-bit floats it cannot. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void floatingNumbersAreCastAndNoOthers(DType dtype) {
    boolean floating = dtype.name().matches("F64|F32|F16|BF16|F8_.*");
    assertThat(NumericSupport.canCastFrom(dtype)).isEqualTo(floating);
    assertThat(NumericSupport.canCastTo(dtype)).isEqualTo(dtype.name().matches("F32|F16|BF16"));
    if (!NumericSupport.canCastTo(dtype)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ConvertOptions.STANDARD.withCast(dtype));
    }
  }

  /** What is mended for one element of a run is mended for no other. */
  @Test
  void elementsOfARunDoNotDisturbEachOther() {
    float[] numbers = {1, Float.NaN, 1e6f, -2, Float.NEGATIVE_INFINITY, -1e9f, 0.1f};
    short[] expected = {
      0x3c00, 0x7e00, 0x7c00, (short) 0xc000, (short) 0xfc00, (short) 0xfc00, 0x2e66
    };
    ByteBuffer in = ByteBuffer.allocate(Caster.RUN * 4).order(ByteOrder.LITTLE_ENDIAN);
    short[] out = new short[Caster.RUN];
    for (int i = 0; i < Caster.RUN; i++) {
      in.putFloat(numbers[i % numbers.length]);
    }
    int overflows =
        caster.cast(
            DType.F32,
            MemorySegment.ofBuffer(in.flip()),
            DType.F16,
            MemorySegment.ofArray(out),
            Caster.RUN);
    short[] all = new short[Caster.RUN];
    for (int i = 0; i < all.length; i++) {
      all[i] = expected[i % expected.length];
    }
    assertThat(Arrays.equals(out, all)).isTrue();
    assertThat(overflows).isEqualTo(2 * (Caster.RUN / numbers.length));
  }
}
