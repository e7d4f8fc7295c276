package dev.pt2st.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What a comparison expects of a cast is PyTorch's answer too, found in another way. */
class CastBytesTest {

  /** Patterns that are worked out when they are asked for: {@code (i << shift) | low}. */
  private record Patterns(int bytes, int shift, long low) implements TensorBytes {
    @Override
    public long size() {
      return bytes * (1L << (8 * bytes - shift));
    }

    @Override
    public void read(long position, MemorySegment target) {
      for (long at = 0; at < target.byteSize(); at += bytes) {
        long pattern = (((position + at) / bytes) << shift) | low;
        switch (bytes) {
          case 1 -> target.set(ValueLayout.JAVA_BYTE, at, (byte) pattern);
          case 2 -> target.set(little(ValueLayout.JAVA_SHORT_UNALIGNED), at, (short) pattern);
          case 4 -> target.set(little(ValueLayout.JAVA_INT_UNALIGNED), at, (int) pattern);
          default -> target.set(little(ValueLayout.JAVA_LONG_UNALIGNED), at, pattern);
        }
      }
    }

    private static ValueLayout.OfShort little(ValueLayout.OfShort layout) {
      return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }

    private static ValueLayout.OfInt little(ValueLayout.OfInt layout) {
      return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }

    private static ValueLayout.OfLong little(ValueLayout.OfLong layout) {
      return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @ParameterizedTest(name = "{0} << {1} | {2} to {3}")
  @CsvFileSource(resources = "/dev/pt2st/convert/numeric/cast.csv")
  void manyNumbersComeOutAsOfPyTorch(
      String from, int shift, long low, String to, long overflows, String sha256) throws Exception {
    DType source = dtype(from);
    CastBytes bytes = new CastBytes(new Patterns(source.byteSize(), shift, low), source, dtype(to));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] some = new byte[1 << 16];
    for (long at = 0; at < bytes.size(); at += some.length) {
      int length = (int) Math.min(some.length, bytes.size() - at);
      bytes.read(at, MemorySegment.ofArray(some).asSlice(0, length));
      digest.update(some, 0, length);
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(sha256);
  }

  @Test
  void anyPartCanBeRead() throws Exception {
    CastBytes bytes = new CastBytes(new Patterns(2, 0, 0), DType.F16, DType.F32);
    byte[] whole = new byte[(int) bytes.size()];
    bytes.read(0, MemorySegment.ofArray(whole));
    byte[] part = new byte[4 * 3000];
    bytes.read(4 * 777, MemorySegment.ofArray(part));
    assertThat(part).isEqualTo(Arrays.copyOfRange(whole, 4 * 777, 4 * 3777));
  }

  private static DType dtype(String torchName) {
    return Objects.requireNonNull(DType.ofTorchName(torchName));
  }
}
