package dev.pt2st.archive.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.Wrap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;

/** Whatever {@code lzma} of Python reads comes out whole, however far back its data refers. */
class LzmaStreamsTest {
  private static final int KILOBYTES = 1 << 16;
  private static final int WINDOW_LOG = 17;

  enum Form {
    MARKED,
    SIZED,
    LZIP,
    OLD_LZIP;

    byte[] of(byte[] content, LZMA2Options options) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      boolean isLzip = this == LZIP || this == OLD_LZIP;
      if (isLzip) {
        out.writeBytes("LZIP".getBytes(StandardCharsets.US_ASCII));
        out.write(this == LZIP ? 1 : 0);
        out.write(WINDOW_LOG);
      }
      try (LZMAOutputStream lzma =
          isLzip
              ? new LZMAOutputStream(out, options, true)
              : new LZMAOutputStream(out, options, this == SIZED ? content.length : -1)) {
        lzma.write(content);
      }
      // The size of the member itself is not in the trailer of old ones.
      out.writeBytes(new byte[this == LZIP ? 20 : this == OLD_LZIP ? 12 : 0]);
      return out.toByteArray();
    }
  }

  private static LZMA2Options options() throws IOException {
    LZMA2Options options = new LZMA2Options(1);
    options.setDictSize(1 << WINDOW_LOG);
    return options;
  }

  /** What cannot be compressed, and again, so that it refers almost as far back as it may. */
  private static byte[] repeated(int length) {
    byte[] noise = new byte[length];
    new Random(1).nextBytes(noise);
    return Wrap.concat(noise, noise);
  }

  private static void assertRead(byte[] compressed, byte[] content) throws IOException {
    assertThat(LzmaStreams.of(new ByteArrayInputStream(compressed), KILOBYTES))
        .hasBinaryContent(content);
    assertThat(LzmaStreams.toTheBreak(new ByteArrayInputStream(compressed), KILOBYTES))
        .hasBinaryContent(content);
  }

  @ParameterizedTest
  @EnumSource
  void dataMayReferFarBack(Form form) throws IOException {
    for (int length : new int[] {100, 5000, 40_000, 100_000, 1 << WINDOW_LOG}) {
      byte[] content = repeated(length);
      byte[] compressed = form.of(content, options());
      assertThat(compressed).hasSizeLessThan(length + length / 4 + 100);
      assertRead(compressed, content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyMayFollowAny(Form form) throws IOException {
    byte[] content = repeated(5000);
    byte[] compressed = form.of(content, options());
    for (Form next : Form.values()) {
      byte[] both = Wrap.concat(compressed, next.of(content, options()));
      assertRead(both, Wrap.concat(content, content));
      assertRead(
          Wrap.concat(both, compressed), Wrap.concat(Wrap.concat(content, content), content));
    }
  }

  /** How many bits of the byte before and of the position count: all that LZMA2 has as well. */
  @ParameterizedTest
  @CsvSource({"0,0,0", "4,0,0", "0,4,0", "3,1,4", "2,2,2", "3,0,4", "0,0,4"})
  void anyPropertiesAreTaken(int lc, int lp, int pb) throws IOException {
    LZMA2Options options = options();
    options.setLcLp(lc, lp);
    options.setPb(pb);
    byte[] content = Wrap.concat(repeated(300), new byte[1000]);
    assertRead(Form.MARKED.of(content, options), content);
    byte[] sized = Form.SIZED.of(content, options);
    assertThat(LzmaStreams.mayBeginAlone(sized)).isTrue();
    assertRead(sized, content);
  }

  /** More than four bits of either are an error of lzma. */
  @ParameterizedTest
  @CsvSource({"4,1,0", "1,4,0", "8,0,2", "5,0,0", "0,0,5"})
  void otherPropertiesAreNone(int lc, int lp, int pb) throws IOException {
    byte[] start = Arrays.copyOf(Form.SIZED.of(repeated(300), options()), 100);
    start[0] = (byte) ((pb * 5 + lp) * 9 + lc);
    assertThat(LzmaStreams.mayBeginAlone(start)).isFalse();
  }
}
