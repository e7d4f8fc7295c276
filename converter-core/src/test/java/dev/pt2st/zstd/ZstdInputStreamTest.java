package dev.pt2st.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.MemoryLimitException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reference implementation compresses comes out as it was. */
class ZstdInputStreamTest {
  private static final int MEMORY = 64 << 10;

  private static byte[] decompress(byte[] compressed, int kilobytes) throws IOException {
    try (ZstdInputStream in =
        new ZstdInputStream(new ByteArrayInputStream(compressed), kilobytes)) {
      return in.readAllBytes();
    }
  }

  private static byte[] decompress(byte[] compressed) throws IOException {
    return decompress(compressed, MEMORY);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** As the weights of a model: the exponents can be compressed, the rest is noise. */
  private static byte[] weights(int count) {
    Random random = new Random(2);
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat((float) (0.02 * random.nextGaussian()));
    }
    return bytes.array();
  }

  /** Words of a small vocabulary: many short matches. */
  private static byte[] text(int words) {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append("layer.").append((int) Math.abs(40 * random.nextGaussian()));
      text.append(random.nextInt(3) == 0 ? ".weight " : ".bias\n");
    }
    return text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Short periods, which overlap with themselves when they are copied. */
  private static byte[] periods() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int period = 1; period < 40; period++) {
      byte[] one = noise(period);
      for (int i = 0; i < 3000 / period; i++) {
        out.writeBytes(one);
      }
    }
    return out.toByteArray();
  }

  /** A match from one end of a large window to the other. */
  private static byte[] farApart() {
    byte[] bytes = noise(9 << 20);
    System.arraycopy(bytes, 0, bytes, bytes.length - 100_000, 100_000);
    return bytes;
  }

  static Stream<Named<byte[]>> contents() {
    return Stream.of(
        Named.of("nothing", new byte[0]),
        Named.of("a byte", new byte[] {7}),
        Named.of("zeros", new byte[1_000_000]),
        Named.of("noise", noise(300_000)),
        Named.of("weights", weights(200_000)),
        Named.of("a few weights", weights(70)),
        Named.of("text", text(40_000)),
        Named.of("a few words", text(9)),
        Named.of("periods", periods()),
        Named.of("far apart", farApart()));
  }

  static Stream<Arguments> contentsAtLevels() {
    return contents()
        .flatMap(content ->
            IntStream.of(-5, 1, 3, 9, 16, 19)
                .filter(level -> level < 10 || content.getPayload().length < 2_000_000)
                .mapToObj(level -> Arguments.of(content, level)));
  }

  @ParameterizedTest
  @MethodSource("contentsAtLevels")
  void everyLevelIsRead(byte[] content, int level) throws IOException {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setChecksum(true);
      assertThat(decompress(context.compress(content))).isEqualTo(content);
    }
  }

  /** Written as a stream, a frame does not say how long it is. */
  @ParameterizedTest
  @MethodSource("contents")
  void aStreamIsRead(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(compressed, 6)) {
      out.setChecksum(true);
      for (int at = 0; at < content.length; at += 50_000) {
        out.write(content, at, Math.min(50_000, content.length - at));
        out.flush();
      }
    }
    assertThat(decompress(compressed.toByteArray())).isEqualTo(content);
  }

  @Test
  void ofManyRandomTextsEachIsRead() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 400; i++) {
      byte[] content = new byte[random.nextInt(5000)];
      int alphabet = 1 + random.nextInt(1 + random.nextInt(256));
      for (int at = 0; at < content.length; at++) {
        content[at] =
            at > 20 && random.nextInt(4) > 0
                ? content[at - 1 - random.nextInt(20)]
                : (byte) random.nextInt(alphabet);
      }
      assertThat(decompress(Zstd.compress(content, 1 + random.nextInt(19)))).isEqualTo(content);
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void framesFollowOneAnotherAndSkippableOnesAreLeftOut() throws IOException {
    byte[] skippable = HexFormat.of().parseHex("5a2a4d18" + "03000000" + "010203");
    byte[] one = Zstd.compress(text(10));
    byte[] other = Zstd.compress(text(20));
    assertThat(decompress(concat(skippable, one, skippable, other)))
        .isEqualTo(concat(text(10), text(20)));
  }

  @ParameterizedTest
  @CsvSource({
    // Magic, header, a block: what is wrong stands behind it.
    "28b52ffd 20 01 110000 61, a block is cut short",
    "28b52ffd 28 01 090000 61, a reserved bit is set",
    "28b52ffd 20 01 0f0000 61, a block is of the reserved kind",
    "28b52ffd 20 02 090000 61, a frame has another size than it says",
    "28b52ffd 20 01 110000 6161, a frame has another size than it says",
    "28b52ffd 24 01 090000 61 00000000, the checksum of a frame is wrong",
    "28b52ffd 20 01 090000 61 00, a frame is cut short",
    "28b52ffd 20 01 090000 61 01020304, no frame begins where one should",
    "28b52ffd 00 00 0d0010, a block is too large",
    "28b52ffd 00 00 0d0000 00, the sequences of a block are cut short",
    "28b52ffd 00 00 050000, the literals of a block are cut short",
    "28b52ffd 00 00 250000 134000 01, a block uses a Huffman table that was never given",
  })
  void whatIsWrongIsSaid(String hex, String problem) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> decompress(bytes))
        .isInstanceOf(IOException.class)
        .hasMessage(problem);
  }

  @Test
  void aDictionaryIsNotSupported() {
    byte[] bytes = HexFormat.of().parseHex("28b52ffd21050109000061");
    assertThatThrownBy(() -> decompress(bytes))
        .isInstanceOfSatisfying(
            ZstdException.class,
            e -> assertThat(e.kind()).isEqualTo(ZstdException.Kind.UNSUPPORTED));
  }

  @Test
  void aWindowIsBoundedBeforeItIsTaken() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStream stream = new ZstdOutputStream(out, 3)) {
      stream.setLong(27);
      stream.write(text(10));
    }
    byte[] compressed = out.toByteArray();
    assertThat(decompress(compressed, 200 << 10)).isEqualTo(text(10));
    assertThatThrownBy(() -> decompress(compressed, 100 << 10))
        .isInstanceOf(MemoryLimitException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 19})
  void cutShortItIsRejectedAtEveryByte(int level) {
    byte[] compressed = Zstd.compress(text(300), level);
    for (int length = 1; length < compressed.length; length++) {
      byte[] cut = Arrays.copyOf(compressed, length);
      assertThatThrownBy(() -> decompress(cut)).isInstanceOf(EOFException.class);
    }
  }

  /** A checksum sees what no rule does. */
  @ParameterizedTest
  @MethodSource("contents")
  void withAByteChangedItIsRejectedOrRight(byte[] content) {
    if (content.length > 2_000_000) {
      return;
    }
    byte[] compressed;
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      compressed = context.setLevel(9).setChecksum(true).compress(content);
    }
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      byte[] changed = compressed.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        assertThat(decompress(changed)).isEqualTo(content);
      } catch (IOException | RuntimeException e) {
        assertThat(e).isNotNull();
      }
    }
  }
}
