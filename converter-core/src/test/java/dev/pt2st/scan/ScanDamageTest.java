package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.pt2st.Limit;
import dev.pt2st.ReadOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import dev.pt2st.testing.ZipBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZMethod;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What comes before a break in compressed data is named; what has a CRC is checked. */
class ScanDamageTest {
  private static final String EVIL = "\u0080\2cos\nsystem\n(S'id'\ntR.";
  private static final int NOISE = 300_000;

  @TempDir Path temporary;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A call, and then much that cannot be compressed. */
  private static byte[] payload() {
    byte[] content = new byte[NOISE];
    new Random(1).nextBytes(content);
    System.arraycopy(bytes(EVIL), 0, content, 0, EVIL.length());
    return content;
  }

  private FileReport scan(byte[] content, boolean full) throws IOException {
    return new FileScanner(
            new ScanOptions(ReadOptions.STANDARD, full ? TensorBytes.READ : TensorBytes.SKIP))
        .scan(Files.write(temporary.resolve("file"), content));
  }

  private static void assertNamedAndBroken(FileReport report) {
    assertThat(report.findings())
        .anySatisfy(finding -> assertThat(finding.message()).contains("calls os.system"))
        .anySatisfy(finding -> assertThat(finding.rule()).isEqualTo(Rule.UNSOUND_ARCHIVE));
  }

  private static void assertNamed(FileReport report) {
    assertThat(report.findings())
        .anySatisfy(finding -> assertThat(finding.message()).contains("calls os.system"));
  }

  @FunctionalInterface
  interface Opening {
    OutputStream open(OutputStream out) throws IOException;
  }

  private static byte[] compressed(Opening opening, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = opening.open(out)) {
      compressing.write(content);
    }
    return out.toByteArray();
  }

  enum Form {
    GZIP {
      @Override
      byte[] of(byte[] content) throws IOException {
        return compressed(GZIPOutputStream::new, content);
      }
    },
    XZ {
      @Override
      byte[] of(byte[] content) throws IOException {
        return compressed(out -> new XZOutputStream(out, new LZMA2Options(1)), content);
      }
    },
    BZIP2 {
      @Override
      byte[] of(byte[] content) throws IOException {
        return compressed(out -> new BZip2CompressorOutputStream(out, 1), content);
      }
    },
    ZSTD {
      @Override
      byte[] of(byte[] content) {
        return Zstd.compress(content);
      }
    };

    abstract byte[] of(byte[] content) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whatComesBeforeABreakIsNamed(Form form) throws IOException {
    byte[] whole = form.of(payload());
    assertNamedAndBroken(scan(Arrays.copyOf(whole, whole.length - 20), false));
    assertNamedAndBroken(scan(Arrays.copyOf(whole, whole.length / 2), false));
  }

  @ParameterizedTest
  @EnumSource(names = "ZSTD", mode = EnumSource.Mode.EXCLUDE)
  void aWrongChecksumBehindASmallPayloadHidesNothing(Form form) throws IOException {
    byte[] whole = form.of(bytes(EVIL));
    byte[] damaged = whole.clone();
    // In the last bytes of each are sums and sizes; in those of xz there is the stream's footer.
    damaged[damaged.length - (form == Form.XZ ? 30 : 3)] ^= 1;
    assertNamedAndBroken(scan(damaged, false));
  }

  @Test
  void anXzThatIsCutInItsOnlyBlockHidesNothing() throws IOException {
    byte[] content = Arrays.copyOf(bytes(EVIL), 100_000);
    byte[] whole = Form.XZ.of(content);
    assertNamedAndBroken(scan(Arrays.copyOf(whole, whole.length - 40), false));
  }

  /**
   * Python reads 566 bytes out of this, although it is cut within its only piece of LZMA2, on top
   * of which is the filter for x86.
   */
  private static byte[] cutUnderAFilter() {
    return HexFormat.of()
        .parseHex(
            "fd377a585a000004e6d6b4460201040021010c00d67c18afe010ff00335d"
                + "0040008803bc30bd34de2f5e26d069fb35e81d870638a894cd748b97095f3a8c8f");
  }

  @Test
  void aCutUnderAFilterOfXzHidesNothing() throws IOException {
    byte[] cut = cutUnderAFilter();
    assertNamedAndBroken(scan(cut, false));
    // In the middle of unknown bytes, as a member of a ZIP, and behind another stream of LZMA.
    byte[] unknown = Wrap.concat(bytes("\u0001\u0002nothing that anybody knows "), cut);
    assertNamed(scan(unknown, false));
    assertNamed(scan(new ZipBuilder().stored("a", cut).build(), false));
    assertNamed(scan(Wrap.concat(Wrap.lzma(bytes("")), cut), false));
    assertNamed(scan(Wrap.concat(Wrap.lzip(bytes("")), cut), false));
  }

  @Test
  void whatOtherFilesBehindItHoldIsNamedToo() throws IOException {
    byte[] broken = Arrays.copyOf(Form.GZIP.of(payload()), 1000);
    byte[] zip = new ZipBuilder().stored("a", broken).stored("b", bytes("czoo\nNet\n)R.")).build();
    assertThat(scan(zip, false).findings())
        .extracting(Finding::message)
        .anyMatch(message -> message.startsWith("calls os.system"))
        .anyMatch(message -> message.startsWith("calls zoo.Net"));
  }

  private byte[] sevenZip(UnaryOperator<byte[]> damage) throws IOException {
    Path path = temporary.resolve("x.7z");
    try (SevenZOutputFile out = new SevenZOutputFile(path.toFile())) {
      out.setContentCompression(SevenZMethod.COPY);
      for (String name : new String[] {"a.bin", "b.bin"}) {
        SevenZArchiveEntry entry = new SevenZArchiveEntry();
        entry.setName(name);
        out.putArchiveEntry(entry);
        out.write(name.equals("a.bin") ? payload() : bytes("czoo\nNet\n)R."));
        out.closeArchiveEntry();
      }
    }
    return damage.apply(Files.readAllBytes(path));
  }

  @Test
  void theMembersOfADamagedSevenZipAreNamed() throws IOException {
    byte[] damaged =
        sevenZip(archive -> {
          archive[NOISE] ^= 1; // within the first member, whose CRC is wrong now
          return archive;
        });
    FileReport report = scan(damaged, false);
    assertNamedAndBroken(report);
    assertThat(report.findings()).anyMatch(found -> found.message().startsWith("calls zoo.Net"));
  }

  @Test
  void fullChecksTheCrcOfLargeAndCompressedEntries() throws IOException {
    Torch torch = new Torch();
    byte[] zip = torch.zipOf(torch.tensor(1, 2)).build();
    assertThat(scan(zip, true).verdict()).isEqualTo(Verdict.SAFE);
    for (boolean large : new boolean[] {true, false}) {
      byte[] deflated =
          new ZipBuilder()
              .deflated(
                  "a/x",
                  new byte[large ? 20 << 20 : 10],
                  entry -> entry.both(header -> header.crc ^= 1))
              .build();
      FileReport report = scan(deflated, true);
      assertThat(report.verdict()).isEqualTo(Verdict.MALFORMED);
      assertThat(report.findings().getFirst().message()).contains("CRC-32");
    }
  }

  private static String counted(String bytes) {
    int length = bytes.length();
    return "B"
        + (char) (length & 0xff)
        + (char) (length >> 8 & 0xff)
        + (char) (length >> 16 & 0xff)
        + "\0"
        + bytes;
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Each stream gives bytes, {@code %s}, to a call. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\3ctorch.storage\n_load_from_bytes\n%s\u0085R.",
        "\u0080\3ctorch.storage\n_load_from_bytes\n%sq\0\u0085R0h\0.",
        "\u0080\3cpickle\nloads\n%s\u0085R.",
        "\u0080\3(czoo\nload\n%so.",
        "\u0080\3(%sizoo\nload\n.",
        "\u0080\3czoo\nload\n%s\u0085\u0081."
      })
  void thePicklesThatACallIsGivenAsBytesAreNamed(String stream) throws IOException {
    byte[] zip = new ZipBuilder().stored("a/data.pkl", bytes(EVIL)).build();
    for (String inner : new String[] {EVIL, latin1(zip), EVIL + "garbage"}) {
      FileReport report = scan(bytes(stream.replace("%s", counted(inner))), false);
      assertThat(report.verdict()).isEqualTo(Verdict.DANGEROUS);
      assertThat(report.findings())
          .anySatisfy(finding -> {
            assertThat(finding.message()).startsWith("calls os.system");
            assertThat(finding.place().entry()).contains("loaded at ");
          });
    }
  }

  @Test
  void bytesThatOldProtocolsWriteAsTextAreLookedAtToo() throws IOException {
    String text = "Vcos\\u000asystem\\u000a(S'id'\\u000atR.\n";
    String stream = "czoo\nload\n(c_codecs\nencode\n(" + text + "S'latin1'\ntRtR.";
    FileReport report = scan(bytes(stream), false);
    assertThat(report.findings()).anyMatch(found -> found.message().startsWith("calls os.system"));
    FileReport python2 = scan(bytes("czoo\nload\n(S'cos\\nsystem\\n)R.'\ntR."), false);
    assertThat(python2.verdict()).isEqualTo(Verdict.DANGEROUS);
  }

  @Test
  void bytesWithinBytesAreLookedAtToADepth() throws IOException {
    String stream = EVIL;
    for (int depth = 0; depth < 6; depth++) {
      stream = "\u0080\3czoo\nload\n" + counted(stream) + "\u0085R.";
      FileReport report = scan(bytes(stream), false);
      if (depth < Limit.EMBEDDED.standard()) {
        assertThat(report.verdict()).isEqualTo(Verdict.DANGEROUS);
      } else {
        assertThat(report.verdict()).isNotEqualTo(Verdict.SAFE);
        assertThat(report.findings()).anyMatch(found -> found.rule() == Rule.OVER_LIMIT);
      }
    }
  }

  @Test
  void bytesThatAreData() throws IOException {
    String stream = "\u0080\3c_codecs\nencode\n" + counted("data") + "\u0085R.";
    assertThat(scan(bytes("\u0080\3" + counted(EVIL) + "."), false).verdict())
        .isEqualTo(Verdict.SAFE);
    assertThat(scan(bytes(stream), false).findings())
        .noneMatch(found -> String.valueOf(found.place().entry()).contains("loaded at"));
  }

  @Test
  void aZipThatIsAValueOfAPickleIsNoSecondReading() throws IOException {
    byte[] harmless = new ZipBuilder().stored("a", bytes("text")).build();
    assertThat(scan(bytes("\u0080\3" + counted(latin1(harmless)) + "."), false).verdict())
        .isEqualTo(Verdict.SAFE);
    byte[] evil = new ZipBuilder().stored("a/data.pkl", bytes(EVIL)).build();
    assertThat(scan(bytes("\u0080\3" + counted(latin1(evil)) + "."), false).verdict())
        .isEqualTo(Verdict.DANGEROUS);
    // Behind its end it is one.
    assertThat(scan(bytes("\u0080\3N." + latin1(evil)), false).verdict())
        .isEqualTo(Verdict.DANGEROUS);
  }
}
