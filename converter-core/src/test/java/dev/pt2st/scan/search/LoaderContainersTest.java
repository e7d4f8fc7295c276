package dev.pt2st.scan.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.Verdict;
import dev.pt2st.scan.format.JsonContent;
import dev.pt2st.testing.TarBuilder;
import dev.pt2st.testing.Wrap;
import dev.pt2st.testing.ZipBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** What a loader finds in a container of its own, a scan finds there too. */
class LoaderContainersTest {
  private static final byte[] EVIL = bytes("\u0080\2cos\nsystem\n(S'id'\ntR.");
  private static final byte[] NUMBERS =
      bytes(
          "\u0093NUMPY\1\0v\0"
              + String.format(
                  "%-117s\n", "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }")
              + "12345678");

  /** Where a header of a tar has the number of a device. */
  private static final int DEVICE_MAJOR = 329;

  @TempDir Path temporary;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private FileReport scan(byte[] content) throws IOException {
    Path file = Files.write(temporary.resolve("content.bin"), content);
    return new FileScanner(ScanOptions.STANDARD).scan(file);
  }

  private static void names(FileReport report) {
    assertThat(report.verdict()).as(report.findings().toString()).isEqualTo(Verdict.DANGEROUS);
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.global()).isNotNull();
          assertThat(finding.global().name()).hasToString("os.system");
        });
  }

  @Test
  void aSecondArrayIsLookedAt() throws IOException {
    byte[] objects =
        bytes(
            "\u0093NUMPY\1\0v\0"
                + String.format(
                    "%-117s\n", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"));
    assertThat(scan(Wrap.concat(NUMBERS, NUMBERS)).verdict()).isEqualTo(Verdict.NO_PICKLE);
    names(scan(Wrap.concat(NUMBERS, Wrap.concat(objects, EVIL))));
  }

  private static byte[] array(String dtype, String shape, int size) {
    String header = "{'descr': " + dtype + ", 'fortran_order': False, 'shape': " + shape + ", }";
    byte[] start = bytes("\u0093NUMPY\1\0\u00f6\0" + String.format("%-245s\n", header));
    return Wrap.concat(start, new byte[size]);
  }

  /** {@code numpy.load} of the same open file goes on behind an array. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "'<f8'; (1,); 8",
        "'|S3'; (2, 3); 18",
        "'<U3'; (2,); 24",
        "'<M8[ns]'; (); 8",
        "'|V0'; (5,); 0",
        "'<i4'; (7, 0, 3); 0",
        "[('<f8', '<f4'), (('t', 'n'), '|u1', (2, 2))]; (3,); 24",
        "[('a', [('b', '<f4'), ('c', '<U1')], (2,)), ('d', '|b1')]; (2,); 34",
      })
  void whatFollowsAnArrayIsLookedAt(String dtype, String shape, int size) throws IOException {
    byte[] text = bytes("(S'id'\nios\nsystem\n.");
    byte[] array = array(dtype, shape, size);
    assertThat(scan(array).verdict()).isEqualTo(Verdict.NO_PICKLE);
    names(scan(Wrap.concat(array, EVIL)));
    names(scan(Wrap.concat(array, text)));
    names(scan(Wrap.concat(array, Wrap.concat(NUMBERS, text))));
    names(scan(Wrap.concat(array, Wrap.storedZip(Wrap.members("a.npy", EVIL)))));
  }

  /** NumPy multiplies in 64 bits, and older versions have an item size of 32. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {"'|u1'; (4294967296, 4294967296)", "'|S4294967297'; (1,)", "'<U1073741824'; (1,)"})
  void anArrayWithoutAnEndIsUnknown(String dtype, String shape) throws IOException {
    byte[] array = array(dtype, shape, 5);
    assertThat(scan(array).verdict()).isEqualTo(Verdict.UNKNOWN);
    names(scan(Wrap.concat(array, EVIL)));
  }

  /** The values of dbm.dumb begin at blocks of 512 bytes, whatever is around them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void theValueOfAShelfIsLookedAt(int blocks) throws IOException {
    byte[] value = bytes("(S'id'\nios\nsystem\n.");
    byte[] text = bytes("0123456789abcde\n".repeat(32 * blocks));
    names(scan(Wrap.concat(text, value)));
    names(scan(Wrap.concat(text, Wrap.concat(EVIL, new byte[9]))));
  }

  /** A directory may point anywhere, so that the file beside it may be of any format. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'k', (7, 45)\n",
        "'k', (7, 45)",
        "'k', (7, 45)\r\n'l', (512, 3)\r\n",
        " ('k', [0x7, 4_5]) # c\n",
        "[r'''it's''' \"x\", (True, None),]\n",
        "{('k\\'l'): 0, b'\\7-': 1}\n",
        "u'\u00e9', ((7), (-1),)\n",
        "'x', 'ab'\n'k', (7, 45)\n",
        "'x', 5\n'k', (7, 45)\n",
        "'xy'\n'k', (7, 45)\n",
        "'x', (1+2j, 3)\n'k', (7, 45)\n",
        "'x', (1 - 2j, - + 3)\n'k', (+ 7, 45 + 0)\n",
        "'x', (set(), 3)\n'k', (7, 45)\n",
      })
  void theDirectoryOfAShelfIsUnknown(String directory) throws IOException {
    FileReport report = scan(bytes(directory));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(report.findings())
        .anySatisfy(finding -> assertThat(finding.message()).contains("dbm.dumb"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'k', (7, 45)\n\n",
        "'k', (7, 45)\nx\n",
        "'k', 7\n",
        "'k', 7\n'kv'\n",
        "'k', (7, 45 +)\n",
        "'k', (7, set()\n",
        "'k', 7, (7, 45)\n",
        "[\"a\", \"b\"]",
        "{\"a\": 1, \"b\": [1, 2]}",
        "it's\n",
        "'k', (7, 45",
        "('k', (7, 45)]",
        "\n",
        "(((",
      })
  void anotherTextIsNoDirectoryOfAShelf(String text) throws IOException {
    assertThat(scan(bytes(text)).verdict()).isEqualTo(Verdict.NO_PICKLE);
    assertThat(scan(bytes("[".repeat(100_000))).verdict()).isEqualTo(Verdict.NO_PICKLE);
  }

  @ParameterizedTest
  @CsvSource({"0", "512", "1024", "65536"})
  void hdf5IsToldBehindAUserBlock(int block) throws IOException {
    FileReport report =
        scan(Wrap.concat(bytes("t".repeat(block)), bytes("\u0089HDF\r\n\u001a\n\0\0")));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SQLite format 3\0",
        "\u00ce\u009aW\u0013",
        "\u0013W\u009a\u00cf",
        "\0\6\u0015a",
        "............b1\5\0"
      })
  void aDatabaseIsUnknownAndItsBytesAreSearched(String magic) throws IOException {
    assertThat(scan(bytes(magic + "\0\0\0")).verdict()).isEqualTo(Verdict.UNKNOWN);
    names(scan(Wrap.concat(bytes(magic + "\0\0\0"), EVIL)));
  }

  /** The key may be written with escapes, and base64 may have other characters in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"policy\": {\":serialized:\": \"%s\"}}",
        "{\"policy\": {\":serial\\u0069zed:\" :\n\"!%s\"}}",
        "{\"p\": {\":type:\": \":serialized:\", \":serialized:\": \"%s\"}}",
        "{\"p\": {\":type:\": [\":serialized:\", \"a:b\"], \":serialized:\": \"%s\"}}",
        "{\"p\": {\":serialized:\": \":serialized:\", \":serialized:\": \"%s\"}}",
        "{\"p\": {\":serialized:\": NaN, \":serialized:\": \"%s\"}}",
        "{\":serialized:\": {\"a\": [{}, 1, \"%s\"]}}",
        "{\"a\": \"\u0001\u007f\", \":serialized:\"\r\n:\t\"%s\"}",
        "  {\"a\": [1, \"x\\\"\"], \"policy\": {\":type:\": \"t\", \":serialized:\": \"%s==\"}}",
      })
  void thePickleOfStableBaselinesIsLookedAt(String json) throws IOException {
    String data = json.replace("%s", Base64.getEncoder().encodeToString(EVIL));
    names(scan(Wrap.storedZip(Wrap.members("data", bytes(data)))));
  }

  /** Newer versions of Python go on behind padding in the middle. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6})
  void paddingInTheMiddleHidesNoPickle(int at) throws IOException {
    String data = Base64.getEncoder().encodeToString(EVIL);
    String padded = data.substring(0, at) + "==" + data.substring(at);
    byte[] json = bytes("{\":serialized:\": \"" + padded + "\"}");
    names(scan(Wrap.storedZip(Wrap.members("data", json))));
  }

  @Test
  void base64IsDecodedAsPythonDoes() {
    for (int length = 0; length < 9; length++) {
      byte[] content = bytes("abcdefghi".substring(0, length));
      String text = Base64.getEncoder().encodeToString(content);
      assertThat(JsonContent.base64(text, true)).isEqualTo(content);
      assertThat(JsonContent.base64(text.replace("Y", "\n Y!"), false)).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void theLayersOfKerasAreReadInEveryEncoding(String encoding) throws IOException {
    byte[] json = "{\"class_name\": \"Lambda\"}".getBytes(Charset.forName(encoding));
    FileReport report = scan(Wrap.storedZip(Wrap.members("config.json", json)));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(report.findings().getFirst().message()).contains("Keras model with Python code");
  }

  @ParameterizedTest
  @CsvSource({
    "MAR-INF/MANIFEST.json, TorchServe",
    "schema.json, skops",
    "pkg/.data/extern_modules, torch.package",
  })
  void anArchiveWithProgramsIsUnknownByName(String entry, String name) throws IOException {
    byte[] content = bytes("{\"__loader__\": \"TypeNode\"}");
    FileReport report = scan(new ZipBuilder().stored(entry, content).build());
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(report.findings().getFirst().message()).contains(name);
  }

  /** Readers other than PyTorch's take a ZIP with something in front, and any name it gives. */
  @ParameterizedTest
  @CsvSource({
    "MAR-INF/MANIFEST.json, UTF-8, TorchServe",
    "schema.json, UTF-8, skops",
    "pkg/.data/extern_modules, UTF-8, torch.package",
    "config.json, UTF-8, Keras",
    "config.json, UTF-16LE, Keras",
    "config.json, UTF-32BE, Keras",
  })
  void anArchiveWithProgramsIsUnknownBehindOtherBytes(String entry, Charset encoding, String name)
      throws IOException {
    byte[] content = "{\"__loader__\": {\"class_name\": \"x\"}}".getBytes(encoding);
    byte[] path = Wrap.concat(new byte[] {1, 0, 0, 0, 0}, bytes(entry));
    byte[] named = Wrap.concat(new byte[] {0x75, 0x70, (byte) path.length, 0}, path);
    byte[] plain = Wrap.concat(new byte[] {0x75, 0x70, 8, 0, 1, 0, 0, 0, 0}, bytes("foo"));
    for (ZipBuilder zip :
        new ZipBuilder[] {
          new ZipBuilder().stored(entry, content),
          new ZipBuilder().deflated(entry, content, says -> {}),
          new ZipBuilder().stored("other.txt", content).stored(entry + "\0x", content),
          new ZipBuilder().stored("foo", content, says -> says.central.extra = named),
          new ZipBuilder()
              .stored("foo", content, says -> says.central.extra = Wrap.concat(plain, named)),
        }) {
      FileReport report = scan(zip.before(bytes("text\n")).build());
      assertThat(report.findings())
          .anySatisfy(finding -> assertThat(finding.message()).contains(name));
      assertThat(report.verdict()).isEqualTo(Verdict.MALFORMED);
    }
  }

  /** Of several such fields the last one counts for Python. */
  @Test
  void aSecondUnicodePathIsRefused() throws IOException {
    byte[] own = Wrap.concat(new byte[] {0x75, 0x70, 8, 0, 1, 0, 0, 0, 0}, bytes("foo"));
    byte[] other = Wrap.concat(new byte[] {0x75, 0x70, 8, 0, 1, 0, 0, 0, 0}, bytes("bar"));
    byte[] content = bytes("text");
    assertThat(scan(withExtra(content, own)).verdict()).isEqualTo(Verdict.NO_PICKLE);
    assertThat(scan(withExtra(content, Wrap.concat(own, own))).verdict())
        .isEqualTo(Verdict.NO_PICKLE);
    assertThat(scan(withExtra(content, Wrap.concat(own, other))).verdict())
        .isEqualTo(Verdict.MALFORMED);
  }

  private static byte[] withExtra(byte[] content, byte[] extra) {
    return new ZipBuilder().stored("foo", content, says -> says.central.extra = extra).build();
  }

  @ParameterizedTest
  @CsvSource({
    "'    code: code', UNKNOWN",
    "'    loader_module: evil', UNKNOWN",
    "'    code: null', NO_PICKLE",
    "'    loader_module: mlflow.sklearn', NO_PICKLE",
  })
  void aModelOfMlflowWithCodeIsUnknown(String line, Verdict verdict) throws IOException {
    String model = "flavors:\n  python_function:\n" + line + "\n    env: conda.yaml\n";
    assertThat(scan(bytes(model)).verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "{\"flavors\": {\"python_function\": {\"loader_module\": \"evil\"}}}#UNKNOWN",
        "{\"flavors\": {\"python_function\":\\n{\"code\"\\n: \"code\"}}}#UNKNOWN",
        "{'flavors': {'f': {'loader_module': 'mlflow.sklearn', 'code': null}}}#NO_PICKLE",
        "{'flavors': {'f': {'loader_module': 'mlflow.sklearn', 'loader_module': 'e'}}}#UNKNOWN",
        "\"flavors\":\\n  f:\\n    'loader_module': evil#UNKNOWN",
        "\"fl\\\\x61vors\":\\n  f:\\n    \"c\\\\u006fde\": evil#UNKNOWN",
        "flavors:\\n  f:\\n    code:\\n      evil#UNKNOWN",
        "flavors:\\n  f:\\n    code: nullcode#UNKNOWN",
        "flavors:\\n  f:\\n    code: null\\n      /x#UNKNOWN",
        "flavors:\\n  f:\\n    ? code\\n    : evil#UNKNOWN",
        "flavors:\\n  f:\\n    !!str code: evil#UNKNOWN",
        "flavors:\\n  f:\\n    loader_module: mlflow.pyfunc\\n    code: null\\n#NO_PICKLE",
        "flavors:\\n  f:\\n    loader_module: mlflow_evil\\n#UNKNOWN",
      })
  void aModelOfMlflowMayBeWrittenInAnyWay(String model, Verdict verdict) throws IOException {
    String text = model.translateEscapes();
    assertThat(scan(bytes(text)).verdict()).isEqualTo(verdict);
    if (text.indexOf('{') != 0) {
      String comment = "# " + "x".repeat(600_000) + "\n";
      assertThat(scan(bytes(comment + text)).verdict()).isEqualTo(verdict);
    }
  }

  @Test
  void aFileThatIsCalledAsAModelOfMlflowHidesNoKeys() throws IOException {
    Path file = temporary.resolve("MLmodel");
    Files.writeString(file, "a: &k loader_module\nflavors:\n  f:\n    *k : evil\n");
    FileScanner scanner = new FileScanner(ScanOptions.STANDARD);
    assertThat(scanner.scan(file).verdict()).isEqualTo(Verdict.UNKNOWN);
    Files.writeString(file, "flavors:\n  f:\n    code: null\n" + "#\n".repeat(33 << 20));
    assertThat(scanner.scan(file).verdict()).isEqualTo(Verdict.UNKNOWN);
    Files.writeString(file, "flavors:\n  f:\n    loader_module: mlflow.xgboost\n");
    assertThat(scanner.scan(file).verdict()).isEqualTo(Verdict.NO_PICKLE);
  }

  /** Hydra calls what {@code _target_} names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "_target_: os.system;UNKNOWN",
        "a: {\"_target_\": \"os.system\"};UNKNOWN",
        "\"_t\\\\x61rget_\": os.system;UNKNOWN",
        "? _target_\\n: os.system;UNKNOWN",
        "_target_: !!str os.system;UNKNOWN",
        "_target_: >-\\n  os.system;UNKNOWN",
        "_target_: torch.hub.load;UNKNOWN",
        "_target_: torch.os.system;UNKNOWN",
        "_target_: nemo.utils.subprocess.Popen;UNKNOWN",
        "_target_: ${x};UNKNOWN",
        "target: os.system;UNKNOWN",
        "x: &t _target_\\n*t : os.system;UNKNOWN",
        "target: nemo.collections.asr.models.EncDecCTCModel\\nname: x;NO_PICKLE",
        "o:\\n  _target_: 'torch.optim.AdamW' # fast\\n  lr: 1;NO_PICKLE",
        "{\"_target_\": \"nemo.a.B\", \"x\": 1};NO_PICKLE",
      })
  void whatAConfigurationCallsIsUnknown(String text, Verdict verdict) throws IOException {
    byte[] yaml = bytes(text.translateEscapes());
    FileReport report = scan(Wrap.tar(Wrap.members("./model_config.yaml", yaml)));
    assertThat(report.verdict()).as(report.findings().toString()).isEqualTo(verdict);
    assertThat(scan(yaml).verdict()).isEqualTo(Verdict.NO_PICKLE); // nobody builds a model of it
    byte[] marked = Wrap.concat(bytes("\u00ef\u00bb\u00bf"), yaml);
    for (String name : List.of("model_config.yaml", "a/model_config.yaml")) {
      assertThat(scan(Wrap.tar(Wrap.members(name, yaml))).verdict()).isEqualTo(verdict);
      assertThat(scan(Wrap.tar(Wrap.members(name, marked))).verdict()).isEqualTo(verdict);
    }
  }

  /** What a tar extracts under that name has another one in it. */
  @ParameterizedTest
  @ValueSource(chars = {'1', '2'})
  void aConfigurationThatIsALinkIsUnknown(char type) throws IOException {
    for (String name : List.of("model_config.yaml", "./model_config.yaml", "other.yaml")) {
      byte[] tar =
          new TarBuilder()
              .file("a.txt", bytes("target: os.system\n"))
              .entry(name, (byte) type, new byte[0], header -> header[157] = 'a')
              .build();
      Verdict verdict = name.startsWith("other") ? Verdict.NO_PICKLE : Verdict.UNKNOWN;
      assertThat(scan(tar).verdict()).isEqualTo(verdict);
    }
  }

  /** joblib takes zlib data, whose stored block may be the header of a tar. */
  @Test
  void aTarThatIsZlibDataIsBoth() throws IOException {
    byte[] header = new TarBuilder().file("a", new byte[0]).build();
    byte[] zlib = Wrap.concat(new byte[] {0x78, 1, 1, (byte) 0xf9, 1, 6, (byte) 0xfe}, EVIL);
    byte[] tar =
        new TarBuilder()
            .entry(
                "a",
                (byte) '0',
                new byte[4],
                block -> System.arraycopy(zlib, 0, block, 0, zlib.length))
            .build();
    assertThat(scan(header).verdict()).isEqualTo(Verdict.NO_PICKLE);
    names(scan(tar));
  }

  /** LZMA without a container, with properties that are not the usual ones. */
  private static byte[] lzma(byte[] content, boolean sized, boolean marked) throws IOException {
    LZMA2Options options = new LZMA2Options(1);
    options.setLcLp(0, 0);
    options.setPb(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LZMAOutputStream lzma = new LZMAOutputStream(out, options, marked ? -1 : content.length)) {
      lzma.write(content);
    }
    byte[] stream = out.toByteArray();
    if (sized) {
      ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).putLong(5, content.length);
    }
    return stream;
  }

  /** {@code lzma.open} tells the format of each stream anew. */
  @ParameterizedTest
  @CsvSource({
    "lzip, lzip",
    "lzip, marked",
    "lzip, both",
    "lzip, sized",
    "lzip, xz",
    "lzip, delta",
    "marked, lzip",
    "marked, marked",
    "marked, both",
    "marked, sized",
    "marked, xz",
    "both, lzip",
    "both, marked",
    "both, both",
    "both, sized",
    "both, xz",
    "both, delta",
    "sized, lzip",
    "sized, marked",
    "sized, both",
    "sized, sized",
    "sized, xz",
    "sized, delta",
  })
  void streamsOfLzmaFollowEachOther(String one, String other) throws IOException {
    for (int split : new int[] {0, 1, 5}) {
      byte[] front = Arrays.copyOf(EVIL, split);
      byte[] back = Arrays.copyOfRange(EVIL, split, EVIL.length);
      names(scan(Wrap.concat(stream(one, front), stream(other, back))));
    }
  }

  private static byte[] stream(String kind, byte[] content) throws IOException {
    return switch (kind) {
      case "lzip" -> Wrap.lzip(content);
      case "marked" -> lzma(content, false, true);
      case "sized" -> lzma(content, true, false);
      case "both" -> lzma(content, true, true);
      case "xz" -> Wrap.xz(content);
      default -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FilterOptions[] filters = {new DeltaOptions(1), new LZMA2Options(1)};
        try (XZOutputStream xz = new XZOutputStream(out, filters)) {
          xz.write(content);
        }
        yield out.toByteArray();
      }
    };
  }

  /** A check that is in no table of ours hides nothing. */
  @Test
  void aStreamThatNoDecoderTakesIsReported() throws IOException {
    byte[] odd = Wrap.xz(EVIL);
    odd[7] = 2;
    CRC32 crc = new CRC32();
    crc.update(odd, 6, 2);
    ByteBuffer.wrap(odd).order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
    assertThat(scan(Wrap.concat(lzma(new byte[0], true, true), odd)).verdict())
        .isNotIn(Verdict.UNRECOGNIZED, Verdict.NO_PICKLE, Verdict.SAFE);
  }

  /** Bytes of no known format are searched to their end. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3001, (1 << 20) - 3, 3_000_017})
  void whatStandsInUnknownBytesIsFound(int at) throws IOException {
    byte[] front = new byte[at];
    new Random(at).nextBytes(front);
    front[0] = 7;
    assertThat(scan(front).verdict()).isEqualTo(Verdict.UNRECOGNIZED);
    names(scan(Wrap.concat(front, Wrap.concat(EVIL, new byte[20]))));
    names(scan(Wrap.concat(front, Wrap.gzip(EVIL))));
    names(scan(Wrap.concat(front, Wrap.zstd(EVIL))));
  }

  /** Python wants a number in a field that other readers leave alone. */
  @Test
  void aMemberThatPythonDoesNotSeeIsLookedAt() throws IOException {
    byte[] tar =
        new TarBuilder()
            .entry("a.gz", (byte) '0', Wrap.gzip(EVIL), header -> header[DEVICE_MAJOR] = 'x')
            .build();
    names(scan(tar));
  }
}
