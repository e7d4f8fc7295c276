package dev.pt2st.scan;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Corpus.Case;
import dev.pt2st.testing.DcpFolder;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each part of a checkpoint of several processes is judged for what it is. */
class ShardedScanTest {
  private static final String FORMAT = "torch.distributed.checkpoint.metadata._MEM_FORMAT_ENCODING";

  @TempDir Path temporary;

  private static Verdict verdict(Path file) {
    return new FileScanner(ScanOptions.STANDARD).scan(file).verdict();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      return below.filter(Files::isRegularFile).toList();
    }
  }

  static Stream<Case> honest() {
    return Corpus.sharded().filter(each -> each.expect().equals("convert"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("honest")
  void whatPyTorchWritesIsNoAttack(Case each) throws IOException {
    List<Path> files = files(each.file());
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(verdict(file)).as(file.toString()).isIn(Verdict.SAFE, Verdict.NO_PICKLE);
    }
  }

  @ParameterizedTest
  @CsvSource({"hostile_chunk, __0_0.distcp", "hostile_metadata, .metadata"})
  void anAttackInAPartIsFound(String folder, String file) {
    Path shared = Corpus.shared("sharded");
    Assumptions.assumeTrue(
        Files.isDirectory(shared),
        () -> "skipped: no checkpoints at " + shared + " (property pt2st.shared)");
    assertThat(verdict(shared.resolve("broken").resolve(folder).resolve(file)))
        .isEqualTo(Verdict.DANGEROUS);
  }

  /** What is known of a folder is known as long as its {@code .metadata} stays the same. */
  @Test
  void itemsAreThoseOfTheMetadataThatIsThere() throws IOException {
    FileScanner scanner = new FileScanner(ScanOptions.STANDARD);
    int[][] first = DcpFolder.box(new int[] {0}, 2);
    Path folder = temporary.resolve("in");
    new DcpFolder().tensor("w", new int[] {2}, first).write(folder);
    Path items = folder.resolve("__0_0.distcp");
    assertThat(scanner.scan(items).kind()).isEqualTo("items of a distributed checkpoint");
    assertThat(scanner.scan(items).verdict()).isEqualTo(Verdict.SAFE);

    new DcpFolder()
        .tensor("w", new int[] {2}, first)
        .tensor("another", new int[] {2}, first)
        .write(folder);
    assertThat(scanner.scan(items).verdict()).isEqualTo(Verdict.SAFE);

    Files.write(folder.resolve(".metadata"), new byte[] {'N', '.'});
    assertThat(scanner.scan(items).kind()).isNotEqualTo("items of a distributed checkpoint");
  }

  /**
   * A reader that takes the whole file for one archive counts the offset of the last directory from
   * the begin of the file. If a directory stands there too, it reads other entries than the item's.
   */
  @Test
  void itemsThatAreOneArchiveToOthersAreNotSafe() throws IOException {
    Torch torch = new Torch();
    byte[] item = torch.zip(torch.floatTensor(Py.tuple(1000), new float[1000]));
    int directory = ByteBuffer.wrap(item).order(LITTLE_ENDIAN).getInt(item.length - 6);
    assertThat(judged("one", item, first(directory, "PK\1\2")).verdict())
        .isEqualTo(Verdict.MALFORMED);
    assertThat(judged("other", item, first(directory, "PK\1\3")).verdict()).isEqualTo(Verdict.SAFE);
  }

  /** An item with a tensor, in which four bytes stand at an offset of the item. */
  private static byte[] first(int at, String bytes) {
    int[] elements = new int[at];
    Arrays.fill(elements, ' ');
    String item = new String(saved(elements), ISO_8859_1);
    int start = item.indexOf(" ".repeat(at));
    for (int i = 0; i < bytes.length(); i++) {
      elements[at - start + i] = bytes.charAt(i);
    }
    return saved(elements);
  }

  private static byte[] saved(int[] elements) {
    Torch torch = new Torch();
    return torch.zip(torch.byteTensor(elements));
  }

  private FileReport judged(String name, byte[] item, byte[] first) throws IOException {
    Path folder = temporary.resolve(name);
    new DcpFolder()
        .value("b", first)
        .item("w", new int[] {0}, item)
        .declared("w", new int[] {1000}, DcpFolder.box(new int[] {0}, 1000))
        .write(folder);
    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(folder.resolve("__0_0.distcp"));
    assertThat(report.kind()).isEqualTo("items of a distributed checkpoint");
    return report;
  }

  private Path pickle(Object value) throws IOException {
    return Files.write(temporary.resolve("x.pt"), new Torch().zip(value));
  }

  /** Python 3.11.2 writes members of an enum so. */
  @Test
  void aMemberOfAListedEnumIsData() throws IOException {
    Object member = Py.call("builtins.getattr", Py.global(FORMAT), "TORCH_CONTIGUOUS_FORMAT");
    assertThat(verdict(pickle(Py.dict("a", member, "b", member)))).isEqualTo(Verdict.SAFE);
  }

  @ParameterizedTest
  @CsvSource({
    "torch.distributed.checkpoint.metadata._MEM_FORMAT_ENCODING, __init__",
    "torch.distributed.checkpoint.metadata.Metadata, TORCH_CONTIGUOUS_FORMAT",
    "os, system"
  })
  void everyOtherAttributeIsNot(String type, String name) throws IOException {
    Object call =
        Py.call("builtins.getattr", Py.global(type.contains(".") ? type : "os.path"), name);
    Object member = Py.call("builtins.getattr", Py.global(FORMAT), "TORCH_CONTIGUOUS_FORMAT");
    assertThat(verdict(pickle(Py.dict("a", member, "b", call)))).isEqualTo(Verdict.DANGEROUS);
  }
}
