package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Acceptance;
import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import dev.pt2st.testing.ZipBuilder;
import dev.pt2st.torch.DangerousGlobals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file is, everything that it could be read as is looked at. */
class ScanContentTest {
  private static final String CALL = "cos\nsystem\n(S'id'\ntR";
  private static final String EVIL = "\u0080\2" + CALL + ".";

  @TempDir Path temporary;

  private final Torch torch = new Torch();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private FileReport scan(String name, byte[] content) throws IOException {
    return scan(name, content, ScanOptions.STANDARD);
  }

  private FileReport scan(String name, byte[] content, ScanOptions options) throws IOException {
    return new FileScanner(options).scan(Files.write(temporary.resolve(name), content));
  }

  private ZipBuilder checkpoint() {
    return torch.zipOf(torch.tensor(1, 2));
  }

  private static void names(FileReport report, String global) {
    assertThat(report.verdict()).isEqualTo(Verdict.DANGEROUS);
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.global()).isNotNull();
          assertThat(finding.global().name()).hasToString(global);
        });
  }

  /** Zeros that fill a block are nothing; whatever else stands there is reported. */
  @Test
  void whatStandsBehindGzipIsReportedUnlessItIsZeros() throws IOException {
    byte[] compressed = Wrap.gzip(checkpoint().build());
    FileReport padded = scan("padded.pt.gz", Wrap.concat(compressed, new byte[512]));
    assertThat(padded.verdict()).isEqualTo(Verdict.SAFE);
    for (String behind : List.of("\1", "\0\0\1", EVIL)) {
      FileReport report = scan("more.pt.gz", Wrap.concat(compressed, bytes(behind)));
      assertThat(report.verdict()).isEqualTo(Verdict.MALFORMED);
      assertThat(report.findings())
          .anySatisfy(
              finding -> assertThat(finding.message()).contains("the gzip data is damaged"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.txt|(c) 2020 Someone\\nAll rights reserved\\nof the owner.|NO_PICKLE|text",
        // An unpickler imports a module "at" first.
        "words|cat\\ndog\\nmouse\\n|UNKNOWN|text",
        "words|dog\\ncat\\nmouse\\n|NO_PICKLE|text",
        "words|cat flap\\ndog\\nmouse\\n|NO_PICKLE|text",
        "a.py|class Net(Module):\\n  pass\\n|NO_PICKLE|text",
        "i.txt|I have a dream.|NO_PICKLE|text",
        "m.gguf|GGUF\\3\\0\\0\\0|UNRECOGNIZED|begins as a GGUF model",
        "i.png|\\211PNG\\r\\n\\32\\n\\0|UNRECOGNIZED|begins as a PNG image",
        "x.onnx|\\10\\7\\22\\7pytorch\\377|UNRECOGNIZED|unrecognized data",
        "page.html|<!DOCTYPE html><html></html>|NO_PICKLE|text",
        "page.bin|<!DOCTYPE html><html></html>|MALFORMED|HTML page",
        "m.pt|version https://git-lfs.github.com/spec/v1\\n|MALFORMED|Git LFS pointer",
        "__init__.py||NO_PICKLE|empty",
        "m.pt||MALFORMED|empty",
        "m.h5|\\211HDF\\r\\n\\32\\n|UNKNOWN|HDF5 file",
        "m.rar|Rar!\\32\\7\\0|UNKNOWN|RAR archive",
        "m.safetensors|\\2\\0\\0\\0\\0\\0\\0\\0{}|NO_PICKLE|safetensors",
        "m.safetensors|\\3\\0\\0\\0\\0\\0\\0\\0{ x|MALFORMED|safetensors",
        "de.mo|\\336\\22\\4\\225\\0\\0\\0\\0{\\0\\0\\0|UNRECOGNIZED|unrecognized data",
        "p.pkl|\\200\\2}.|SAFE|pickle",
        "p.pkl|\\200\\2}|MALFORMED|pickle",
        "p.pkl|\\200\\2czoo\\nNet\\n.|UNKNOWN|pickle",
        "p.pkl|\\200\\6}.|UNKNOWN|pickle",
        "p.pkl|\\200\\6|UNKNOWN|pickle",
        "p.pkl|\\200\\7\\377and more|UNKNOWN|pickle",
        "p.pkl|\\200\\377N.|UNKNOWN|pickle",
        "data|\\200\\377\\0\\1|UNRECOGNIZED|unrecognized data",
        "f.pfb|\\200\\1\\7\\0\\0\\0%!PS-Adobe|UNRECOGNIZED|unrecognized data",
      })
  void aContentGetsItsVerdict(String name, String content, Verdict verdict, String kind)
      throws IOException {
    FileReport report = scan(name, bytes(content == null ? "" : content.translateEscapes()));
    assertThat(report.verdict()).as(report.findings().toString()).isEqualTo(verdict);
    assertThat(report.kind()).isEqualTo(kind);
  }

  @Test
  void aProtocolOfTheFutureIsFollowedAsFarAsItGoes() throws IOException {
    FileReport report = scan("p.pkl", bytes("\u0080\6" + CALL + "\u0099"));
    names(report, "os.system");
    assertThat(report.findings())
        .anySatisfy(
            finding -> assertThat(finding.message()).startsWith("it announces pickle protocol 6"));
  }

  /** Whoever writes a pattern has other names in mind than those of the dangerous table. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|DANGEROUS",
        "os.*|DANGEROUS",
        "os.syste?|DANGEROUS",
        "os.system|ACCEPTED",
        "os.syste\\m|ACCEPTED",
        "os|DANGEROUS",
      })
  void onlyItsExactNameAcceptsWhatIsDangerous(String allowed, Verdict verdict) throws IOException {
    FileReport report = scan("m.pkl", bytes(EVIL), accepting(allowed));
    assertThat(report.verdict()).isEqualTo(verdict);
    boolean accepted = verdict == Verdict.ACCEPTED;
    assertThat(report.findings().isEmpty()).isEqualTo(accepted);
    assertThat(report.accepted()).hasSize(accepted ? 1 : 0);
  }

  @Test
  void whatIsAcceptedStaysInTheReport() throws IOException {
    byte[] content = bytes("\u0080\2czoo\nNet\n0czoo\nBox\n0" + "czoo\nNet\n)\u0081.");
    FileReport report = scan("m.pkl", content, accepting("zoo.*"));
    assertThat(report.verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(report.accepted())
        .allSatisfy(accepted -> {
          assertThat(accepted.acceptance())
              .isEqualTo(new Acceptance(Acceptance.By.PATTERN, "zoo.*"));
          assertThat(accepted.finding().rule()).isEqualTo(Rule.UNKNOWN_GLOBAL);
        })
        .extracting(accepted -> accepted.finding().message())
        .containsExactly(
            "makes an object of zoo.Net, which is not on the list",
            "names zoo.Box, which is not on the list");
    assertThat(scan("m.pkl", content, accepting("zoo.Net")).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  private static ScanOptions accepting(String allowed) {
    return new ScanOptions(
        ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow(allowed)), TensorBytes.SKIP);
  }

  /** An unpickler would go on, or may, and nothing else says that there is a pickle. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "%s and more",
        "N0%s",
        "N.%s",
        "N.K\1.%s",
        "N.\200\2%s",
        "Nr\377\377\377\0000%s and more",
        "\225\3\0\0\0\0\0\0\0N0%s and more",
        "\225\377\377\0\0\0\0\0\0N0%s and more",
        "I 7\n0F1_0\n0%s and more",
        "GIF89abcd0%s",
        "Np1_0\n0g10\n0%s and more",
      })
  void aPickleIsSeenThatNothingAnnounces(String stream) throws IOException {
    String content = stream.translateEscapes().replace("%s", CALL + ".");
    names(scan("m.bin", bytes(content)), "os.system");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\214\\2os\\214\\6system\\223|DANGEROUS", // no STOP, and the module is imported
        "\\214\\6my-mod\\214\\3run\\223)R.|UNKNOWN",
        "\\214\\6my-mod\\214\\3run\\223)R and more|UNRECOGNIZED", // no module has such a name
        "cantigravity\\nfly\\nmore|DANGEROUS",
        "cpip.__main__\\nmain\\nmore|DANGEROUS",
        "\\202\\1)R.|MALFORMED",
        "C\\2osC\\6system\\223.|UNRECOGNIZED", // bytes are not names
        "cos\\nsin\\ntan\\n|DANGEROUS", // a list of words, of which the first is imported
        "II*\\0\\n0cos\\nsystem\\n)R.|DANGEROUS", // TIFF that is none, so that it is searched
        "\\2270cos\\nsystem\\n)R.|DANGEROUS", // nobody has a buffer for it, but unknown bytes are
        // searched
        "N.N.N.|NO_PICKLE",
        "K\\1.K\\2.|UNRECOGNIZED",
        "h\\11cos\\nsystem\\n)R.|NO_PICKLE", // every unpickler stops in front of it
      })
  void whatIsNoPickleIsToldByWhatAnUnpicklerWouldReach(String content, Verdict verdict)
      throws IOException {
    FileReport report = scan("m.bin", bytes(content.translateEscapes()));
    assertThat(report.verdict()).as(report.findings().toString()).isEqualTo(verdict);
  }

  @Test
  void whatIsOverALimitIsNeverWithoutAPickle() throws IOException {
    byte[] content = bytes("N".repeat(5000) + ".");
    Limits limits = Limits.STANDARD.with(Limit.OPCODES, 100);
    FileReport report =
        scan(
            "m.bin",
            content,
            new ScanOptions(ReadOptions.STANDARD.withLimits(limits), TensorBytes.SKIP));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void manyPicklesInARowEndWithTheTime() throws IOException {
    Limits limits = Limits.STANDARD.with(Limit.SECONDS, 0);
    FileReport report =
        scan(
            "m.bin",
            bytes("N.".repeat(100)),
            new ScanOptions(ReadOptions.STANDARD.withLimits(limits), TensorBytes.SKIP));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  /** NumPy evaluates a header; only what it writes itself is taken for an array of numbers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "'<f4'#NO_PICKLE",
        "'|b1'#NO_PICKLE",
        "'<M8[ns]'#NO_PICKLE",
        "[('a', '<f4'), ('b', '<U3', (2, 3))]#NO_PICKLE",
        "[('a', [('Object', '<f4')]), (('title', 'b'), '|S3')]#NO_PICKLE",
        "'|O'#DANGEROUS",
        "'O,i4'#DANGEROUS",
        "'i4,O'#DANGEROUS",
        "'object'#DANGEROUS",
        "'2O'#DANGEROUS",
        "'(2,)O'#DANGEROUS",
        "u'O'#DANGEROUS",
        "'ob''ject'#DANGEROUS",
        "'\\117'#DANGEROUS",
        "'\\x7c\\x4f'#DANGEROUS",
        "('O', (2,))#DANGEROUS",
        "[('a', 'O')]#DANGEROUS",
        "[('a', [('b', '<f4'), ('c', 'O')])]#DANGEROUS",
        "'<f4', 'descr': 'O'#DANGEROUS",
      })
  void aHeaderOfNumpyIsReadAsNumpyDoes(String type, Verdict verdict) throws IOException {
    String header = "{'descr': " + type + ", 'fortran_order': False, 'shape': (100,), }";
    header += " ".repeat(200 - header.length() - 1) + "\n";
    FileReport report = scan("a.npy", bytes("\u0093NUMPY\1\0\u00c8\0" + header + EVIL));
    assertThat(report.verdict()).as(report.findings().toString()).isEqualTo(verdict);
  }

  /** {@code int(text, 8)} of Python, or a number of base 256. */
  @ParameterizedTest
  @ValueSource(strings = {"%06o\0 ", "0o%05o\0", "0_%05o ", " +%05o\0"})
  void aTarIsOneWhereverPythonReadsItsChecksum(String form) throws IOException {
    byte[] tar = new byte[512 + 512];
    byte[] name = bytes("model.pkl");
    System.arraycopy(name, 0, tar, 0, name.length);
    byte[] size = bytes("00000000012\0");
    System.arraycopy(size, 0, tar, 124, size.length);
    tar[156] = '0';
    int sum = 8 * ' ';
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    byte[] checksum = bytes(String.format(form.translateEscapes(), sum));
    System.arraycopy(checksum, 0, tar, 148, 8);
    assertThat(scan("m.bin", tar).kind()).isEqualTo("tar archive");
  }

  @Test
  void anEntryOverALimitHidesNoOther() throws IOException {
    byte[] deep = bytes("x");
    for (int i = 0; i < 12; i++) {
      deep = new ZipBuilder().stored("i", deep).build();
    }
    FileReport report =
        scan("m.zip", new ZipBuilder().stored("a", deep).stored("b", bytes(EVIL)).build());
    names(report, "os.system");
    assertThat(report.findings()).anyMatch(finding -> finding.rule() == Rule.OVER_LIMIT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"class_name\": \"Lambda\"}|UNKNOWN",
        "{\"class_n\\u0061me\": 1}|UNKNOWN",
        "{\"architectures\": [\"Bert\"]}|NO_PICKLE",
      })
  void aModelOfKerasIsNotLookedInto(String configuration, Verdict verdict) throws IOException {
    byte[] zip = new ZipBuilder().stored("config.json", bytes(configuration)).build();
    assertThat(scan("m.keras", zip).verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive/x", "archive/data/9", "archive/code/a.py", "other/x", "x"})
  void everyEntryIsLookedAt(String entry) throws IOException {
    names(scan("m.pt", checkpoint().stored(entry, bytes(EVIL)).build()), "os.system");
    names(scan("m.pt", checkpoint().deflated(entry, bytes(EVIL), e -> {}).build()), "os.system");
    names(scan("m.pt", checkpoint().stored(entry, bytes(CALL + ".")).build()), "os.system");
  }

  /** Whatever the layout of a checkpoint is, an entry that it has no use for is looked at. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip_basic.pt",
        "export.pt2",
        "export_pickled.pt2",
        "export_two.pt2",
        "torchscript.pt",
        "torchscript_mobile.ptl",
      })
  void everyEntryOfEachLayoutIsLookedAt(String sample) throws IOException {
    ZipBuilder more = new ZipBuilder();
    String folder = "";
    try (ZipFile zip =
        new ZipFile(Corpus.root().resolve("samples/checkpoints/" + sample).toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        folder = entry.getName().substring(0, entry.getName().indexOf('/') + 1);
        more.stored(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    assertThat(scan("m.pt", more.build()).verdict()).isEqualTo(Verdict.SAFE);
    more.stored(folder + "extra/x.bz2", Wrap.bzip2(bytes(EVIL)));
    names(scan("m.pt", more.build()), "os.system");
  }

  @Test
  void anArchiveInAStorageIsLookedInto() throws IOException {
    byte[] inner = new ZipBuilder().stored("a/data.pkl", bytes(EVIL)).build();
    Object storage = torch.storage("ByteStorage", inner, inner.length);
    Object tensor =
        Torch.view(storage, 0, dev.pt2st.testing.Py.tuple(1), dev.pt2st.testing.Py.tuple(1));
    names(scan("m.pt", torch.zip(tensor)), "os.system");
  }

  @Test
  void theCommentOfAnArchiveIsLookedAt() throws IOException {
    byte[] zip = checkpoint().end(end -> end.comment = bytes(EVIL)).build();
    names(scan("m.pt", zip), "os.system");
  }

  @Test
  void aTensorThatHappensToBeginLikeAPickleIsATensor() throws IOException {
    byte[] zip = torch.zip(torch.byteTensor(0x80, 2, 0, 1, 2, 3));
    assertThat(scan("m.pt", zip).verdict()).isEqualTo(Verdict.SAFE);
  }

  @Test
  void arraysOfJoblibAreNotLookedInto() throws IOException {
    String stream =
        "\u0080\3cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\u0081}b\u00ff\u00ff\u00ff" + EVIL;
    FileReport report = scan("m.joblib", bytes(stream));
    names(report, "os.system");
    assertThat(report.findings())
        .anySatisfy(
            finding -> assertThat(finding.message()).startsWith("a file of joblib: arrays lie"));
    FileReport alone = scan("m.joblib", bytes(stream.replace(EVIL, "")));
    assertThat(alone.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  /** What zlib holds is looked at, and is not converted, so it is never called safe. */
  @Test
  void whatIsCompressedWithZlibIsNotSafe() throws IOException {
    FileReport harmless = scan("m.z", zlib(bytes("\u0080\2}.")));
    assertThat(harmless.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(harmless.findings())
        .anySatisfy(
            finding -> assertThat(finding.message()).startsWith("it is compressed with zlib"));
    names(scan("evil.z", zlib(bytes(EVIL))), "os.system");
  }

  private static byte[] zlib(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(compressed)) {
      out.write(content);
    }
    return compressed.toByteArray();
  }

  /**
   * Without its directory an archive is searched for entries. One that cannot be read is said, and
   * the archive is never called safe.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|0|the entry is encrypted, or says so: its bytes were looked at as if it were not",
        "1|8|the entry is encrypted, or says so: its bytes were looked at as if it were not",
        "1|99|the entry is encrypted, or says so: its bytes were looked at as if it were not",
        "0|99|the entry is compressed by method 99, which is not read",
        "0|1|the entry is compressed by method 1, which is not read"
      })
  void anEntryThatCannotBeReadIsSaidInAnArchiveWithoutADirectory(
      int flags, int method, String message) throws IOException {
    byte[] zip =
        new ZipBuilder()
            .stored(
                "words",
                bytes("only words"),
                entry ->
                    entry.both(says -> {
                      says.flags |= flags;
                      says.method = method;
                    }))
            .build();
    byte[] cut = Arrays.copyOf(zip, zip.length - 22);
    FileReport report = scan("cut.zip", cut);
    assertThat(report.verdict()).isNotIn(Verdict.SAFE, Verdict.NO_PICKLE);
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.message()).isEqualTo(message);
          assertThat(finding.rule()).isEqualTo(Rule.NOT_LOOKED_INTO);
        });
  }

  /** Such an entry counts among what a verdict is about, so the archive is not one of no pickle. */
  @Test
  void bytesThatSayThatTheyAreEncryptedAreLookedAt() throws IOException {
    byte[] zip =
        new ZipBuilder()
            .stored("a.pkl", bytes(EVIL), entry -> entry.both(says -> says.flags |= 1))
            .build();
    names(scan("cut.zip", Arrays.copyOf(zip, zip.length - 22)), "os.system");
  }

  /** A file of any bytes may hold what looks like a header, so nothing is said of that one. */
  @Test
  void whatOnlyLooksLikeAnEntryThatCannotBeReadIsNotSaidInASearch() throws IOException {
    for (int method : List.of(0, 8, 99)) {
      byte[] zip =
          new ZipBuilder()
              .stored(
                  "words",
                  bytes("only words"),
                  entry ->
                      entry.both(says -> {
                        says.flags |= 1;
                        says.method = method;
                      }))
              .build();
      byte[] text = bytes("words of a text, and more of them. ".repeat(40));
      FileReport report = scan("a.txt", Wrap.concat(text, Arrays.copyOf(zip, zip.length - 22)));
      assertThat(report.findings())
          .noneSatisfy(finding -> assertThat(finding.message()).contains("encrypted"))
          .noneSatisfy(finding -> assertThat(finding.message()).contains("compressed by method"));
    }
  }

  /** What loaders decompress and a conversion does not: never safe, and a break in it is said. */
  @ParameterizedTest
  @ValueSource(strings = {"lzma", "lzip", "lz4"})
  void whatLoadersDecompressIsNeverSafe(String kind) throws IOException {
    FileReport harmless = scan("m.bin", packed(kind, bytes("\u0080\2}.")));
    assertThat(harmless.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(harmless.findings())
        .anySatisfy(finding ->
            assertThat(finding.message())
                .endsWith("data, which loaders decompress and pt2st does not convert"));

    byte[] evil = packed(kind, bytes(EVIL + "0123456789abcdef".repeat(2) + noise()));
    names(scan("evil.bin", evil), "os.system");
    FileReport broken = scan("cut.bin", Arrays.copyOf(evil, evil.length - 100));
    names(broken, "os.system");
    assertThat(broken.findings()).hasSizeGreaterThan(scan("evil.bin", evil).findings().size());
  }

  /** Text that does not get much shorter. */
  private static String noise() {
    byte[] random = new byte[600];
    new Random(1).nextBytes(random);
    return new String(random, StandardCharsets.ISO_8859_1);
  }

  private static byte[] packed(String kind, byte[] content) {
    return switch (kind) {
      case "lzma" -> Wrap.lzma(content);
      case "lzip" -> Wrap.lzip(content);
      default -> Wrap.lz4(content);
    };
  }

  /** A reader of Python may be told to skip blocks that are not headers. */
  @ParameterizedTest
  @ValueSource(strings = {"words of a text. ", "\211PNG\r\n\32\n and more "})
  void aTarBehindOtherBlocksIsLookedInto(String start) throws IOException {
    byte[] blocks = Arrays.copyOf(bytes(start.repeat(40)), 512);
    byte[] tar = Wrap.tar(Wrap.members("a.pkl", bytes(EVIL)));
    FileReport report = scan("a.txt", Wrap.concat(blocks, tar));
    names(report, "os.system");
    assertThat(report.findings())
        .anySatisfy(finding -> assertThat(finding.message()).contains("a tar for a reader"));

    byte[] harmless = Wrap.tar(Wrap.members("words", bytes("only words")));
    assertThat(scan("b.txt", Wrap.concat(blocks, harmless)).verdict())
        .isNotIn(Verdict.SAFE, Verdict.NO_PICKLE);
  }

  /** What a second tar holds behind the end of a first one. */
  @Test
  void aTarBehindTheEndOfATarIsLookedInto() throws IOException {
    byte[] first = Wrap.tar(Wrap.members("words", bytes("only words")));
    byte[] second = Wrap.tar(Wrap.members("a.pkl", bytes(EVIL)));
    FileReport report = scan("two.tar", Wrap.concat(first, second));
    names(report, "os.system");
    assertThat(report.findings()).hasSizeGreaterThan(1);
    // Compressed, so that a search for streams does not find it.
    byte[] packed = Wrap.tar(Wrap.members("a.pkl.bz2", Wrap.bzip2(bytes(EVIL))));
    names(scan("two.tar", Wrap.concat(first, packed)), "os.system");
  }

  @Test
  void aFileOverALimitIsNeverSafeAndWhatWasSeenIsNamed() throws IOException {
    byte[] content = bytes(EVIL.substring(0, EVIL.length() - 1) + "0" + "N0".repeat(5000) + "}.");
    Limits limits = Limits.STANDARD.with(Limit.OPCODES, 100);
    FileReport report =
        scan(
            "m.pkl",
            content,
            new ScanOptions(ReadOptions.STANDARD.withLimits(limits), TensorBytes.SKIP));
    names(report, "os.system");
    assertThat(report.findings()).anyMatch(finding -> finding.rule() == Rule.OVER_LIMIT);
    FileReport harmless =
        scan(
            "m.pkl",
            bytes("\u0080\2" + "N0".repeat(500) + "}."),
            new ScanOptions(ReadOptions.STANDARD.withLimits(limits), TensorBytes.SKIP));
    assertThat(harmless.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void archivesAreLookedIntoToADepthAndNoFurther() throws IOException {
    byte[] content = bytes(EVIL);
    for (int depth = 0; depth < 5; depth++) {
      content = new ZipBuilder().stored("inner", content).build();
    }
    names(scan("m.zip", content), "os.system");
    Limits limits = Limits.STANDARD.with(Limit.WRAPPING, 3);
    FileReport report =
        scan(
            "m.zip",
            content,
            new ScanOptions(ReadOptions.STANDARD.withLimits(limits), TensorBytes.SKIP));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void fullChecksTheCrcOfStorages() throws IOException {
    byte[] zip = checkpoint().build();
    int at = new String(zip, StandardCharsets.ISO_8859_1).indexOf("\0\0\u0080?\0\0\0@");
    zip[at] ^= 1;
    assertThat(scan("m.pt", zip).verdict()).isEqualTo(Verdict.SAFE);
    FileReport full = scan("m.pt", zip, new ScanOptions(ReadOptions.STANDARD, TensorBytes.READ));
    assertThat(full.verdict()).isEqualTo(Verdict.MALFORMED);
    assertThat(full.findings().getFirst().message()).contains("CRC-32");
  }

  @Test
  void manyFindingsAreCountedAndTheWorstIsAlwaysThere() throws IOException {
    StringBuilder stream = new StringBuilder("\u0080\2");
    for (int i = 0; i < 3000; i++) {
      stream.append("cm\nn").append(i).append("\n0");
    }
    FileReport report = scan("m.pkl", bytes(stream + CALL + "."));
    names(report, "os.system");
    assertThat(report.findings().size() + report.notListed()).isEqualTo(3001);
    assertThat(report.findings()).hasSizeLessThan(1100);
    assertThat(report.findings().getFirst().rule()).isEqualTo(Rule.DANGEROUS_GLOBAL);
  }

  @Test
  void nothingIsThrownForWhatCannotBeOpened() {
    assertThat(new FileScanner(ScanOptions.STANDARD).scan(temporary).verdict())
        .isEqualTo(Verdict.UNREADABLE);
  }

  @Test
  void theTableOfDangerousNamesIsInOrder() {
    List<String> listed = new ArrayList<>();
    for (DangerousGlobals.Entry entry : DangerousGlobals.entries()) {
      assertThat(entry.why()).isNotBlank().doesNotEndWith(".");
      assertThat(entry.source()).isNotBlank();
      if (dev.pt2st.torch.Allowlist.find(entry.name()) != null) {
        listed.add(entry.name());
      }
    }
    assertThat(listed).isEmpty();
    assertThat(DangerousGlobals.find("os.path.join")).isNotNull();
    assertThat(DangerousGlobals.find("torch.serialization.os.system")).isNotNull();
    assertThat(DangerousGlobals.find("osmosis.system")).isNull();
    assertThat(DangerousGlobals.find("zoo.code.Net")).isNull();
  }
}
