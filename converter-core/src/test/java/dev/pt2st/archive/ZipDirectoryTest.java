package dev.pt2st.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The entries of a ZIP in arrays: none is lost or mixed up with another, however many there are.
 */
class ZipDirectoryTest {
  @TempDir Path temporary;
  private MappedFile file;

  @BeforeEach
  void open() throws IOException {
    Path path = temporary.resolve("a.zip");
    Files.write(path, new byte[1000]);
    file = MappedFile.open(path);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  private static void add(ZipDirectory directory, byte[] name, int number) {
    int at = directory.nameBytes();
    System.arraycopy(name, 0, directory.roomForName(name.length), at, name.length);
    directory.add(
        name.length, number % 2 == 1, number % 3 == 1, number, 10L + number, 20L + number, number);
  }

  private ZipDirectory of(String... names) {
    ZipDirectory directory = new ZipDirectory(file, 1);
    for (String name : names) {
      add(directory, name.getBytes(ISO_8859_1), directory.size());
    }
    return directory;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** More than were expected, in order and out of order. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 15, 16, 17, 1000, 70_000})
  void everyEntryIsFoundByItsName(int count) {
    ZipDirectory directory = new ZipDirectory(file, 3);
    for (int i = 0; i < count; i++) {
      add(directory, bytes("archive/data/" + i), i);
    }

    assertThat(directory.index()).isEqualTo(count);
    assertThat(directory.size()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(directory.find(bytes("archive/data/" + i))).isEqualTo(i);
    }
    for (int i = count - 1; i >= 0; i -= 7) {
      assertThat(directory.find(bytes("archive/data/" + i))).isEqualTo(i);
      assertThat(directory.name(i)).isEqualTo("archive/data/" + i);
    }
    assertThat(directory.find(bytes("archive/data/" + count))).isNegative();
    assertThat(directory.find(bytes(""))).isNegative();
  }

  @Test
  void whatAnEntryIsStaysWithIt() {
    ZipDirectory directory = new ZipDirectory(file, 2);
    IntStream.range(0, 100).forEach(i -> add(directory, bytes("n" + i), i));
    IntStream.range(0, 100).forEach(i -> directory.setContent(i, 30 + i));

    for (int i = 0; i < 100; i++) {
      assertThat(directory.isDeflated(i)).isEqualTo(i % 2 == 1);
      assertThat(directory.isStreamed(i)).isEqualTo(i % 3 == 1);
      assertThat(directory.crc(i)).isEqualTo(i);
      assertThat(directory.compressedSize(i)).isEqualTo(10 + i);
      assertThat(directory.size(i)).isEqualTo(20 + i);
      assertThat(directory.header(i)).isEqualTo(i);
      assertThat(directory.end(i)).isEqualTo(i + 30 + i + 10 + i);
    }
  }

  /** As PyTorch's reader finds them: the case of ASCII letters alone does not count. */
  @ParameterizedTest
  @CsvSource({
    "archive/DATA.pkl, archive/data.pkl, true",
    "archive/data.pkl, ARCHIVE/DATA.PKL, true",
    "archive/data.pkl, archive/data.pk, false",
    "archive/data.pkl, archive/data_pkl, false",
    "a@, a`, false",
    "a[, a{, false",
    "é, É, false"
  })
  void namesAreLookedUpWithoutRegardToCase(String name, String asked, boolean isFound) {
    ZipDirectory directory = new ZipDirectory(file, 1);
    add(directory, bytes("other"), 0);
    add(directory, bytes(name), 1);
    directory.index();

    assertThat(directory.find(bytes(asked))).isEqualTo(isFound ? 1 : -1);
  }

  @ParameterizedTest
  @CsvSource({"a b c, 3", "a b a, 2", "a A, 1", "a b B b, 2"})
  void theFirstNameThatStandsThereTwiceIsTold(String names, int first) {
    assertThat(of(names.split(" ")).index()).isEqualTo(first);
  }

  @Test
  void aNameThatIsNoUtf8IsItsBytes() {
    ZipDirectory directory = of("caf\u00e9", "\u00ef\u00bf\u00bd");

    assertThat(directory.name(0)).isEqualTo("caf\u00e9");
    // The replacement character itself, which is UTF-8.
    assertThat(directory.name(1)).isEqualTo("\ufffd");
    assertThat(directory.key(0)).isEqualTo("caf\u00e9");
  }

  @Test
  void theEndsOfANameAreItsOwn() {
    ZipDirectory directory = of("archive/data/", "0", "archive/DATA/12", "archive/data/");

    byte[] start = bytes("archive/data/");
    assertThat(directory.isBetween(0, start, bytes("0"))).isFalse();
    assertThat(directory.isBetween(0, start, bytes(""))).isFalse();
    assertThat(directory.isBetween(2, start, bytes("2"))).isTrue();
    assertThat(directory.isBetween(2, start, bytes("12"))).isFalse();
    assertThat(directory.endsWith(1, bytes("/0"))).isFalse();
    assertThat(directory.endsWith(2, bytes("data/12"))).isTrue();
    assertThat(directory.mayHold(bytes("data/12"))).isTrue();
    assertThat(directory.mayHold(bytes("archive/data/"))).isTrue();
    assertThat(directory.mayHold(bytes("data/13"))).isFalse();
  }

  /** Zero says that no CRC-32 was computed; all others are unsigned. */
  @ParameterizedTest
  @CsvSource({"0, -1", "1, 1", "-1, 4294967295"})
  void theCrcOfAnEntryIsUnsigned(int recorded, long crc) {
    ZipDirectory directory = new ZipDirectory(file, 1);
    System.arraycopy(bytes("a"), 0, directory.roomForName(1), 0, 1);
    directory.add(1, false, false, recorded, 5, 5, 100);
    directory.setContent(0, 31);

    ByteSource.Holder holder = new ByteSource.Named("a");
    ByteSource source = directory.bytes(0, holder);

    assertThat(source)
        .isEqualTo(new ByteSource.Stored(holder, file, 131, 5, crc < 0 ? ByteSource.NO_CRC : crc));
    assertThat(Arrays.copyOf(directory.names(), 1)).isEqualTo(bytes("a"));
  }
}
