package dev.pt2st.convert;

import static dev.pt2st.testing.Wrap.concat;
import static dev.pt2st.testing.Wrap.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.sevenz.SevenZMethod;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint inside of compressed files and archives is converted as if it were alone. */
class WrappedTest {
  private static final byte[] TEXT = "a text beside it\n".getBytes(StandardCharsets.UTF_8);

  /** What {@link #weights} converts to. */
  private static final String RIGHT =
      "{w={\"dtype\":\"F32\",\"shape\":[2],\"sha256\":\""
          + Corpus.sha256(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40})
          + "\"}}";

  @TempDir Path temporary;

  private static byte[] checkpoint(String name, float... values) {
    Torch torch = new Torch();
    return torch.zip(Py.dict(name, torch.tensor(values)));
  }

  private static byte[] weights() {
    return checkpoint("w", 1, 2);
  }

  private static Named<UnaryOperator<byte[]>> form(String name, UnaryOperator<byte[]> wrap) {
    return Named.of(name, wrap);
  }

  static Stream<Named<UnaryOperator<byte[]>>> compressions() {
    return Stream.of(
        form("gzip", Wrap::gzip),
        form("xz", Wrap::xz),
        form("bzip2", Wrap::bzip2),
        form("zstd", Wrap::zstd));
  }

  static Stream<Named<UnaryOperator<byte[]>>> forms() {
    return Stream.concat(
        compressions(),
        Stream.of(
            form("7z", bytes -> Wrap.sevenZip(members("readme.txt", TEXT, "a/w.pt", bytes))),
            form("tar", bytes -> Wrap.tar(members("readme.txt", TEXT, "a/w.pt", bytes))),
            form("ZIP", bytes -> Wrap.zip(members("readme.txt", TEXT, "a/w.pt", bytes))),
            form("stored ZIP", bytes -> Wrap.storedZip(members("x.txt", TEXT, "w.pt", bytes))),
            form("tar.gz", bytes -> Wrap.gzip(Wrap.tar(members("w.pt", bytes)))),
            form("tar.xz", bytes -> Wrap.xz(Wrap.tar(members("w.pt", bytes)))),
            form("gzip in ZIP", bytes -> Wrap.zip(members("w.pt.gz", Wrap.gzip(bytes)))),
            form(
                "ZIP in 7z in tar.bz2",
                bytes ->
                    Wrap.bzip2(
                        Wrap.tar(
                            members(
                                "b.7z",
                                Wrap.sevenZip(
                                    members("c.zip", Wrap.zip(members("w", bytes))))))))));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void itIsConvertedAsIfItWereAlone(UnaryOperator<byte[]> wrap) throws Exception {
    assertThat(TestConversion.of(temporary, wrap.apply(weights())).tensors())
        .containsExactly(Map.entry("w", "F32[2] 0000803f00000040"));
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("sample.pt", "out.safetensors");
    }
  }

  /** As {@code cat a.gz b.gz} makes it: one stream of both. */
  @ParameterizedTest
  @MethodSource("compressions")
  void partsThatWereJoinedAreOne(UnaryOperator<byte[]> compress) throws Exception {
    byte[] whole = weights();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(compress.apply(Arrays.copyOf(whole, 100)));
    joined.writeBytes(compress.apply(Arrays.copyOfRange(whole, 100, whole.length)));
    assertThat(TestConversion.of(temporary, joined.toByteArray()).names()).containsExactly("w");
  }

  /** Tapes and some downloads fill a block with zeros, which gzip(1) and Python skip. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512, 20_000})
  void zerosBehindGzipAreSkipped(int count) throws Exception {
    byte[] whole = weights();
    byte[] joined =
        concat(
            Wrap.gzip(Arrays.copyOf(whole, 100)),
            Wrap.gzip(Arrays.copyOfRange(whole, 100, whole.length)));
    assertThat(TestConversion.of(temporary, concat(joined, new byte[count])).names())
        .containsExactly("w");
    byte[] archive = Wrap.gzip(Wrap.tar(members("w.pt", whole)));
    assertThat(TestConversion.of(temporary, concat(archive, new byte[count])).names())
        .containsExactly("w");
  }

  /** Two readers would see two files: gzip(1) drops what Python goes on with. */
  @ParameterizedTest
  @ValueSource(strings = {"01", "00000001", "1f", "001f8b", "1f00"})
  void anythingElseBehindGzipIsNot(String behind) {
    assertUnreadable(concat(Wrap.gzip(weights()), HexFormat.of().parseHex(behind)), "gzip");
  }

  @Test
  void noZerosStandBetweenTwoMembersOfGzip() {
    byte[] whole = weights();
    byte[] second = Wrap.gzip(Arrays.copyOfRange(whole, 100, whole.length));
    byte[] first = concat(Wrap.gzip(Arrays.copyOf(whole, 100)), new byte[8]);
    assertUnreadable(concat(first, second), "gzip");
  }

  /** The .xz file format 1.2, section 2.2: Stream Padding is a multiple of four zeros. */
  @Test
  void xzIsPaddedInFours() throws Exception {
    byte[] stream = Wrap.xz(weights());
    assertThat(TestConversion.of(temporary, concat(stream, new byte[512])).names())
        .containsExactly("w");
    assertUnreadable(concat(stream, new byte[5]), "xz");
  }

  /** RFC 8878 knows no padding but frames that are to be skipped. */
  @Test
  void zstdIsNotPadded() {
    assertUnreadable(concat(Wrap.zstd(weights()), new byte[512]), "zstd");
  }

  private void assertUnreadable(byte[] compressed, String form) {
    TestConversion.of(temporary, compressed)
        .rejected(MalformedException.class)
        .hasMessageContaining("the " + form + " data is ");
  }

  /** Parallel writers of zstd begin with a frame that is to be skipped. */
  @Test
  void framesOfZstdThatAreToBeSkippedAreSkipped() throws Exception {
    byte[] skippable = HexFormat.of().parseHex("5a2a4d18" + "03000000" + "010203");
    byte[] frame = Wrap.zstd(weights());
    assertThat(TestConversion.of(temporary, concat(skippable, concat(frame, skippable))).names())
        .containsExactly("w");
  }

  @Test
  void aZstdFrameThatWantsADictionaryIsNotRead() {
    byte[] frame = HexFormat.of().parseHex("28b52ffd" + "2105010900" + "0061");
    TestConversion.of(temporary, frame)
        .rejected(UnsupportedException.class)
        .hasMessageContaining("the zstd data is compressed by a method that is not read");
  }

  @Test
  void theWindowOfZstdIsBoundedBeforeItIsTaken() throws Exception {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(frame).setLong(27)) {
      out.write(weights());
    }
    assertThat(TestConversion.of(temporary, frame.toByteArray()).names()).containsExactly("w");
    limited(frame.toByteArray(), Limit.DECODER_BYTES, 64 << 20)
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.DECODER_BYTES");
  }

  @ParameterizedTest
  @EnumSource(
      value = SevenZMethod.class,
      names = {"COPY", "LZMA", "LZMA2", "BZIP2", "DEFLATE"})
  void a7zArchiveOfEachMethodIsRead(SevenZMethod method) throws Exception {
    byte[] archive = Wrap.sevenZip(members("w.pt", weights()), method, null);
    assertThat(TestConversion.of(temporary, archive).names()).containsExactly("w");
  }

  @Test
  void anEncrypted7zArchiveIsRefused() {
    byte[] archive =
        Wrap.sevenZip(members("w.pt", weights()), SevenZMethod.LZMA2, "secret".toCharArray());
    TestConversion.of(temporary, archive)
        .rejected(RefusedException.class)
        .hasMessageContaining("is encrypted; decrypt it first");
  }

  private TestConversion limited(byte[] checkpoint, Limit limit, long value) {
    return TestConversion.of(temporary, checkpoint).with(options(limit, value));
  }

  private static ConvertOptions options(Limit limit, long value) {
    return ConvertOptions.STANDARD.withRead(
        ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(limit, value)));
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatUnpacksToMoreThanTheLimitIsRefused(UnaryOperator<byte[]> compress) {
    int most = weights().length - 1;
    limited(compress.apply(weights()), Limit.UNPACKED_BYTES, most)
        .rejected(LimitException.class)
        .hasMessageContaining("unpacks to more than " + most + " bytes")
        .hasMessageContaining("Limit.UNPACKED_BYTES");
  }

  @Test
  void theMembersOfAnArchiveCountTogether() {
    int size = weights().length;
    byte[] archive = Wrap.zip(members("a", weights(), "b", weights()));
    limited(archive, Limit.UNPACKED_BYTES, size + 10)
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.UNPACKED_BYTES");
  }

  /** Opening an entry takes time, even if there is nothing in it. */
  @Test
  void emptyMembersCountToo() throws Exception {
    Map<String, byte[]> members = new LinkedHashMap<>(members("w.pt", weights()));
    for (int i = 0; i < 100; i++) {
      members.put("empty" + i, new byte[0]);
    }
    byte[] archive = Wrap.tar(members);
    limited(archive, Limit.UNPACKED_BYTES, 100 * 4096)
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.UNPACKED_BYTES");
    assertThat(TestConversion.of(temporary, archive).names()).containsExactly("w");
  }

  @Test
  void whatGrowsOutOfProportionIsRefused() {
    limited(Wrap.gzip(new byte[65 << 20]), Limit.RATIO, 100)
        .rejected(LimitException.class)
        .hasMessageContaining("unpacks to more than 100 times the ")
        .hasMessageContaining("Limit.RATIO");
  }

  @Test
  void whatIsWrappedTooOftenIsRefused() {
    byte[] wrapped = weights();
    for (int i = 0; i < 4; i++) {
      wrapped = Wrap.gzip(wrapped);
    }
    limited(wrapped, Limit.WRAPPING, 3)
        .rejected(LimitException.class)
        .hasMessageContaining("more than 3 compressed files and archives are inside one another")
        .hasMessageContaining("Limit.WRAPPING");
  }

  /** Whether the archives are gone through, or the user names a way into them. */
  @ParameterizedTest
  @ValueSource(strings = {"", "!in.zip", "!in.zip!in.zip!in.zip!w.pt"})
  void archivesInOneAnotherCountTogether(String member) throws Exception {
    byte[] wrapped = Wrap.zip(members("w.pt", weights()));
    for (int i = 0; i < 3; i++) {
      wrapped = Wrap.zip(members("in.zip", wrapped));
    }
    Files.write(temporary.resolve("a.zip"), wrapped);
    Path named = temporary.resolve("a.zip" + member);
    assertThat(Converter.plan(named, options(Limit.WRAPPING, 4)).tensors()).hasSize(1);
    assertThatThrownBy(() -> Converter.plan(named, options(Limit.WRAPPING, 3)))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("more than 3 compressed files and archives are inside one another");
  }

  static List<Named<UnaryOperator<byte[]>>> withDictionary() {
    return List.of(
        form("xz", Wrap::xz), form("7z", bytes -> Wrap.sevenZip(members("w.pt", bytes))));
  }

  @ParameterizedTest
  @MethodSource("withDictionary")
  void aDecompressorTakesNoMoreMemoryThanTheLimit(UnaryOperator<byte[]> wrap) {
    limited(wrap.apply(weights()), Limit.DECODER_BYTES, 1 << 20)
        .rejected(LimitException.class)
        .hasMessageContaining("bytes of memory")
        .hasMessageContaining("Limit.DECODER_BYTES");
  }

  /** Cut short at any place it ends in words and leaves nothing, or nothing was missing. */
  @ParameterizedTest
  @MethodSource("forms")
  void cutShortItIsRejected(UnaryOperator<byte[]> wrap) throws Exception {
    byte[] whole = wrap.apply(weights());
    for (int length = 1; length < whole.length; length += Math.max(1, whole.length / 60)) {
      assertRejectedOrRight(Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void withAByteChangedItIsRejectedOrRight(UnaryOperator<byte[]> wrap) throws Exception {
    byte[] whole = wrap.apply(weights());
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
      assertRejectedOrRight(changed);
    }
  }

  private void assertRejectedOrRight(byte[] bytes) throws IOException {
    Path input = Files.write(temporary.resolve("in.bin"), bytes);
    Path output = temporary.resolve("out.safetensors");
    try {
      Converter.convert(input, output, ConvertOptions.STANDARD, ProgressListener.NONE);
      assertThat(Corpus.describe(output).toString()).isEqualTo(RIGHT);
      Files.delete(output);
    } catch (CheckpointException e) {
      assertThat(e.problem()).isNotEmpty();
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactly(input);
    }
  }

  /** All that is announced is done, and what is copied is announced anew. */
  @ParameterizedTest
  @MethodSource("forms")
  void whoListensHearsOfTheUnpackingAndThenOfTheCopy(UnaryOperator<byte[]> wrap) throws Exception {
    Path input = Files.write(temporary.resolve("in.bin"), wrap.apply(weights()));
    List<Long> announced = new ArrayList<>();
    List<Long> done = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void unpacking(ResourceName path, long bytes) {
            assertThat(path).isEqualTo(ResourceName.of(input));
            planned(bytes);
          }

          @Override
          public void unpacked(long bytes) {
            written(bytes);
          }

          @Override
          public void planned(long bytes) {
            announced.add(bytes);
            done.add(0L);
          }

          @Override
          public synchronized void written(long bytes) {
            done.set(done.size() - 1, done.getLast() + bytes);
          }
        };
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(input, output, ConvertOptions.STANDARD, listener);
    assertThat(announced).last().isEqualTo(8L);
    assertThat(done).isEqualTo(announced);
  }
}
