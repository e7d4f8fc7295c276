package dev.pt2st.archive.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limits;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.testing.Wrap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.ARM64Options;
import org.tukaani.xz.ARMOptions;
import org.tukaani.xz.ARMThumbOptions;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.IA64Options;
import org.tukaani.xz.LZMA2InputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.PowerPCOptions;
import org.tukaani.xz.RISCVOptions;
import org.tukaani.xz.SPARCOptions;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** All that xz data holds in front of its break comes out. */
class LenientXzTest {
  private static final int KILOBYTES = 1 << 16;
  private static final int STREAM_HEADER = 12;
  private static final int ZEROS = 5000;
  private static final int NOISE = 300;
  private static final int DICTIONARY = 1 << 16;

  /** A multiple of the alignment of each filter. */
  private static final int START = 1 << 10;

  /** What a filter may have changed otherwise, as it looks ahead at what lies behind the cut. */
  private static final int LOOK_AHEAD = 16;

  private static final String EVIL = "\u0080\2cos\nsystem\n(S'id'\ntR.";

  @TempDir Path temporary;

  enum Filter {
    NONE,
    DELTA,
    X86,
    POWERPC,
    IA64,
    ARM,
    ARM_THUMB,
    SPARC,
    ARM64,
    RISCV,
    SEVERAL;

    private FilterOptions[] options() throws IOException {
      LZMA2Options last = new LZMA2Options(1);
      last.setDictSize(DICTIONARY);
      X86Options started = new X86Options();
      started.setStartOffset(64);
      return switch (this) {
        case NONE -> new FilterOptions[] {last};
        case DELTA -> new FilterOptions[] {new DeltaOptions(), last};
        case X86 -> new FilterOptions[] {new X86Options(), last};
        case POWERPC -> new FilterOptions[] {new PowerPCOptions(), last};
        case IA64 -> new FilterOptions[] {new IA64Options(), last};
        case ARM -> new FilterOptions[] {new ARMOptions(), last};
        case ARM_THUMB -> new FilterOptions[] {new ARMThumbOptions(), last};
        case SPARC -> new FilterOptions[] {new SPARCOptions(), last};
        case ARM64 -> new FilterOptions[] {new ARM64Options(), last};
        case RISCV -> new FilterOptions[] {new RISCVOptions(), last};
        case SEVERAL ->
            new FilterOptions[] {new DeltaOptions(3), started, new ARM64Options(), last};
      };
    }

    /** How far the end of what was cut may differ. */
    int lookAhead() {
      return this == NONE || this == DELTA ? 0 : LOOK_AHEAD;
    }

    byte[] xz(byte[] content) throws IOException {
      return xz(content, XZ.CHECK_CRC64);
    }

    byte[] xz(byte[] content, int check) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (XZOutputStream xz = new XZOutputStream(out, options(), check)) {
        xz.write(content, 0, content.length / 3);
        xz.endBlock();
        xz.write(content, content.length / 3, content.length - content.length / 3);
      }
      return out.toByteArray();
    }

    byte[] oneBlock(byte[] content) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (XZOutputStream xz = new XZOutputStream(out, options(), XZ.CHECK_CRC32)) {
        xz.write(content);
      }
      return out.toByteArray();
    }
  }

  /** A call, zeros, what cannot be compressed, and calls of machine code, which x86 converts. */
  private static byte[] content(int zeros, int noise) {
    byte[] end = new byte[noise];
    new Random(1).nextBytes(end);
    for (int i = 0; i + 5 < noise; i += 9) {
      end[i] = (byte) 0xe8;
      end[i + 4] = 0;
    }
    byte[] start = EVIL.getBytes(StandardCharsets.ISO_8859_1);
    return Wrap.concat(Wrap.concat(start, new byte[zeros]), end);
  }

  private static InputStream withZeros(byte[] data) {
    return new SequenceInputStream(
        new ByteArrayInputStream(data), new ByteArrayInputStream(new byte[DICTIONARY]));
  }

  /** What LZMA2 gives byte by byte before an exception, in the only block of a stream. */
  private static byte[] lzma2(byte[] xz) {
    if (xz.length <= STREAM_HEADER) {
      return new byte[0];
    }
    InputStream in = withZeros(xz);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      in.skipNBytes(STREAM_HEADER + 4L * ((xz[STREAM_HEADER] & 0xff) + 1));
      InputStream data = new LZMA2InputStream(in, DICTIONARY);
      for (int next = data.read(); next >= 0; next = data.read()) {
        out.write(next);
      }
    } catch (IOException e) {
      return out.toByteArray();
    }
    return out.toByteArray();
  }

  private byte[] salvaged(byte[] data) throws IOException {
    try (MappedFile file = MappedFile.open(Files.write(temporary.resolve("cut.xz"), data))) {
      Unpacking unpacking =
          new Unpacking(file, Limits.STANDARD, true, ScratchFolder.beside(temporary.resolve("x")));
      Unpacking.Outcome outcome =
          unpacking.decompressWhatThereIs(new Container.Compressed(file, Compression.XZ));
      try (MappedFile content = outcome.file()) {
        assertThat(outcome.problem()).isNotNull();
        return content.start(0, Math.toIntExact(content.size()));
      }
    }
  }

  /** How many bytes of the whole data a decoder without filters finds in front of the cut. */
  private static int reach(byte[] whole, byte[] cut) {
    byte[] ofCut = lzma2(cut);
    int differs = Arrays.mismatch(lzma2(whole), ofCut);
    return differs < 0 ? ofCut.length : differs;
  }

  private void assertSalvaged(Filter filter, byte[] content, byte[] whole, int length)
      throws IOException {
    byte[] cut = Arrays.copyOf(whole, length);
    int reach = reach(whole, cut);
    byte[] salvaged = salvaged(cut);
    assertThat(salvaged.length)
        .as("of %s, cut at %s", filter, length)
        .isGreaterThanOrEqualTo(reach);
    int sure = Math.max(0, reach - filter.lookAhead());
    assertThat(Arrays.copyOf(salvaged, sure))
        .as("of %s, cut at %s", filter, length)
        .isEqualTo(Arrays.copyOf(content, sure));
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "DELTA", "X86", "ARM64", "SEVERAL"})
  void whatComesBeforeACutIsKept(Filter filter) throws IOException {
    byte[] content = content(ZEROS, NOISE);
    byte[] whole = filter.oneBlock(content);
    assertThat(reach(whole, whole)).isEqualTo(content.length);
    for (int length = 0; length < whole.length; length++) {
      assertSalvaged(filter, content, whole, length);
    }
  }

  /** The strict decoder has given some pieces, and the filters have read ahead. */
  @ParameterizedTest
  @EnumSource(names = {"NONE", "DELTA", "X86", "ARM64", "SEVERAL"})
  void soItIsBehindManyPieces(Filter filter) throws IOException {
    byte[] content = content(150_000, 150_000);
    byte[] whole = filter.oneBlock(content);
    int last = 0;
    for (int length = whole.length / 50; length < whole.length; length += whole.length / 23) {
      assertSalvaged(filter, content, whole, length);
      last = reach(whole, Arrays.copyOf(whole, length));
    }
    assertThat(last).isGreaterThan(280_000);
  }

  /** What is sound counts from the start of the file, and what is read from that of the block. */
  @Test
  void soItIsInALaterStream() throws IOException {
    byte[] first = content(150_000, 150_000);
    byte[] second = content(ZEROS, 2 * ZEROS);
    // It reads LZMA2 in pieces, of which all is lost if that breaks in one.
    Filter filter = Filter.X86;
    byte[] whole = filter.oneBlock(second);
    for (int length = whole.length / 9; length < whole.length; length += whole.length / 9) {
      byte[] cut = Arrays.copyOf(whole, length);
      int reach = reach(whole, cut) - filter.lookAhead();
      assertThat(reach).isGreaterThan(ZEROS);
      byte[] salvaged = salvaged(Wrap.concat(filter.oneBlock(first), cut));
      assertThat(salvaged).hasSizeGreaterThanOrEqualTo(first.length + reach);
      assertThat(Arrays.copyOf(salvaged, first.length + reach))
          .isEqualTo(Wrap.concat(first, Arrays.copyOf(second, reach)));
    }
  }

  /**
   * A chunk of LZMA2 that is cut short gives a strict decoder nothing, and is up to 2 MiB of data.
   */
  @ParameterizedTest
  @EnumSource(names = {"NONE", "X86"})
  void allOfALargeChunkIsKept(Filter filter) throws IOException {
    byte[] content = content(2_000_000, 2 * NOISE);
    byte[] whole = filter.oneBlock(content);
    int length = whole.length - NOISE;
    assertSalvaged(filter, content, whole, length);
    assertThat(reach(whole, Arrays.copyOf(whole, length))).isGreaterThan(2_000_000);
  }

  static Stream<Filter> filters() {
    return Stream.of(Filter.values());
  }

  @ParameterizedTest
  @MethodSource("filters")
  void soundDataIsWhatOthersMakeOfIt(Filter filter) throws IOException {
    byte[] content = content(ZEROS, 3 * ZEROS);
    byte[] one = filter.xz(content);
    assertThat(LenientXz.streams(new ByteArrayInputStream(one), KILOBYTES))
        .hasBinaryContent(content);
    byte[] padded = Wrap.concat(Wrap.concat(one, new byte[8]), filter.xz(content));
    byte[] padding = new byte[4];
    assertThat(LenientXz.streams(new ByteArrayInputStream(Wrap.concat(padded, padding)), KILOBYTES))
        .hasBinaryContent(Wrap.concat(content, content));
    // What is skipped is read in pieces.
    InputStream skipping = LenientXz.streams(new ByteArrayInputStream(one), KILOBYTES);
    skipping.skipNBytes(ZEROS);
    assertThat(skipping).hasBinaryContent(Arrays.copyOfRange(content, ZEROS, content.length));
  }

  static List<FilterOptions> started() throws IOException {
    X86Options x86 = new X86Options();
    x86.setStartOffset(START);
    PowerPCOptions powerPc = new PowerPCOptions();
    powerPc.setStartOffset(START);
    IA64Options ia64 = new IA64Options();
    ia64.setStartOffset(START);
    ARMOptions arm = new ARMOptions();
    arm.setStartOffset(START);
    ARMThumbOptions armThumb = new ARMThumbOptions();
    armThumb.setStartOffset(START);
    SPARCOptions sparc = new SPARCOptions();
    sparc.setStartOffset(START);
    ARM64Options arm64 = new ARM64Options();
    arm64.setStartOffset(START);
    RISCVOptions riscV = new RISCVOptions();
    riscV.setStartOffset(START);
    return List.of(x86, powerPc, ia64, arm, armThumb, sparc, arm64, riscV);
  }

  /** What a filter makes of a jump depends on where the data begins. */
  @ParameterizedTest
  @MethodSource("started")
  void theStartOfAFilterCounts(FilterOptions filter) throws IOException {
    byte[] content = content(0, 1 << 16);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XZOutputStream xz =
        new XZOutputStream(out, new FilterOptions[] {filter, new LZMA2Options(1)})) {
      xz.write(content);
    }
    assertThat(LenientXz.streams(new ByteArrayInputStream(out.toByteArray()), KILOBYTES))
        .hasBinaryContent(content);
  }

  @ParameterizedTest
  @ValueSource(ints = {XZ.CHECK_NONE, XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256})
  void oneStreamEndsWhereItEnds(int check) throws IOException {
    byte[] content = content(ZEROS, NOISE);
    InputStream in =
        new ByteArrayInputStream(Wrap.concat(Filter.X86.xz(content, check), new byte[] {1, 2, 3}));
    assertThat(LenientXz.oneStream(in, KILOBYTES).readAllBytes()).isEqualTo(content);
    assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
  }

  /** Checksums are nowhere looked at. */
  @Test
  void wrongChecksumsDoNotMatter() throws IOException {
    byte[] content = content(ZEROS, NOISE);
    byte[] xz = Filter.X86.xz(content);
    xz[8]++;
    xz[STREAM_HEADER + 4 * (xz[STREAM_HEADER] + 1) - 1]++;
    xz[xz.length - 1]++;
    assertThat(LenientXz.streams(new ByteArrayInputStream(xz), KILOBYTES))
        .hasBinaryContent(content);
  }

  @Test
  void theBreakIsThrownAfterTheLastByteAndAgain() throws IOException {
    byte[] content = content(ZEROS, NOISE);
    byte[] xz = Filter.X86.oneBlock(content);
    InputStream in = LenientXz.streams(withZeros(Arrays.copyOf(xz, xz.length / 2)), KILOBYTES);
    in.skipNBytes(ZEROS);
    byte[] piece = new byte[2 * DICTIONARY];
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> {
                while (in.read(piece) >= 0) {
                  assertThat(piece).isNotEmpty();
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  /** Headers whose fields have values that there are not, and lengths that lead nowhere. */
  static List<String> headers() {
    return List.of(
        "reserved flag: 04 21 01 00",
        "a filter that is none: 00 22 01 00",
        "a large number: 00 ff ff ff ff ff ff ff ff ff 01",
        "the largest number: 00 ff ff ff ff ff ff ff ff 7f 01 00",
        "properties longer than the header: 00 21 ff ff ff ff ff ff ff ff 7f",
        "no properties: 00 21 00",
        "a dictionary of too many bits: 00 21 01 29",
        "a negative dictionary: 00 21 01 ff",
        "LZMA2 in front: 01 21 01 00 21 01 00",
        "delta at the end: 00 03 01 00",
        "delta without a distance: 01 03 00 21 01 00",
        "an odd start of x86: 01 04 02 00 00 21 01 00",
        "a start of ARM64 that is not aligned: 01 0a 04 01 00 00 00 21 01 00",
        "no filter: c0 01 01");
  }

  @ParameterizedTest
  @MethodSource("headers")
  void aHeaderThatIsNotUnderstoodIsTheEnd(String header) throws IOException {
    byte[] fields = new byte[32];
    String[] bytes = header.substring(header.indexOf(':') + 2).split(" ", -1);
    fields[0] = (byte) (fields.length / 4 - 1);
    IntStream.range(0, bytes.length)
        .forEach(i -> fields[i + 1] = (byte) Integer.parseInt(bytes[i], 16));
    byte[] start = Arrays.copyOf(Filter.NONE.oneBlock(new byte[1]), STREAM_HEADER);
    InputStream in =
        LenientXz.streams(new ByteArrayInputStream(Wrap.concat(start, fields)), KILOBYTES);
    assertThatThrownBy(in::read).isInstanceOf(IOException.class);
  }

  /** The dictionary is no larger than the limit, whatever the header says: 4 GiB here. */
  @Test
  void theDictionaryIsBounded() throws IOException {
    byte[] content = content(ZEROS, NOISE);
    byte[] xz = Filter.NONE.oneBlock(content);
    int bits = STREAM_HEADER + 4;
    assertThat(xz[bits - 1]).isEqualTo((byte) 1);
    xz[bits] = 40;
    assertThat(LenientXz.streams(new ByteArrayInputStream(xz), 1)).hasBinaryContent(content);
  }

  @Test
  void theDictionaryMayBeTheSmallest() throws IOException {
    byte[] content = content(ZEROS, NOISE);
    LZMA2Options options = new LZMA2Options(1);
    options.setDictSize(LZMA2Options.DICT_SIZE_MIN);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XZOutputStream xz = new XZOutputStream(out, options)) {
      xz.write(content);
    }
    assertThat(out.toByteArray()[STREAM_HEADER + 4]).isZero();
    assertThat(LenientXz.streams(new ByteArrayInputStream(out.toByteArray()), KILOBYTES))
        .hasBinaryContent(content);
  }

  @Test
  void anIndexOfManyRecordsEndsWithTheData() throws IOException {
    byte[] start = Arrays.copyOf(Filter.NONE.oneBlock(new byte[1]), STREAM_HEADER);
    byte[] index = new byte[1000];
    Arrays.fill(index, 1, 9, (byte) 0xff);
    index[9] = 0x7f;
    InputStream in =
        LenientXz.streams(new ByteArrayInputStream(Wrap.concat(start, index)), KILOBYTES);
    assertThatThrownBy(in::read).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 6, 7})
  void aStreamBeginsWithItsHeader(int at) throws IOException {
    byte[] xz = Filter.NONE.oneBlock(new byte[1]);
    xz[at] |= (byte) 0x80;
    xz[at] ^= 1;
    assertThatThrownBy(() -> LenientXz.streams(new ByteArrayInputStream(xz), KILOBYTES))
        .isInstanceOf(IOException.class);
  }
}
