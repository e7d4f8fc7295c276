package dev.pt2st.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.TarBuilder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tar has the files that Python's reader finds in it, and no second meaning. */
class TarReaderTest {
  private static final byte[] EMPTY = {};

  @TempDir Path temporary;

  private Map<String, String> files(byte[] tar) throws IOException, CheckpointException {
    try (MappedFile file = MappedFile.open(Files.write(temporary.resolve("a.tar"), tar))) {
      Map<String, String> files = new LinkedHashMap<>();
      for (TarEntry entry : TarReader.read(file, Limits.STANDARD).entries()) {
        byte[] content = entry.bytes().segment().toArray(ValueLayout.JAVA_BYTE);
        files.put(entry.name(), new String(content, UTF_8));
      }
      return files;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void filesHaveTheirNamesAndContents() throws Exception {
    byte[] tar =
        new TarBuilder()
            .file("a", utf8("x".repeat(512)))
            .file("empty", EMPTY)
            .file("dir/b", utf8("two"))
            .build();
    assertThat(files(tar))
        .containsExactly(
            Map.entry("a", "x".repeat(512)), Map.entry("empty", ""), Map.entry("dir/b", "two"));
  }

  @ParameterizedTest
  @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU})
  void aLongNameStandsInAnEntryBefore(int longNames) throws Exception {
    String name = "a/".repeat(400) + "pickle";
    assertThat(files(TarBuilder.byCommonsCompress(name, utf8("x"), longNames)))
        .containsExactly(Map.entry(name, "x"));
  }

  @ParameterizedTest
  @CsvSource({"x, second", "X, second"})
  void anExtendedHeaderSpeaksOfTheNextFile(char type, String second) throws Exception {
    byte[] tar =
        new TarBuilder()
            .entry("head", (byte) type, utf8("11 path=n2\n10 size=3\n"), header -> {})
            .entry("first", (byte) '0', utf8("xyz"), header -> header[134] = '0')
            .file("second", utf8("x"))
            .build();
    assertThat(files(tar)).containsExactly(Map.entry("n2", "xyz"), Map.entry(second, "x"));
  }

  @Test
  void aGlobalExtendedHeaderSpeaksOfAllThatFollow() throws Exception {
    byte[] tar =
        new TarBuilder()
            .file("first", utf8("x"))
            .entry("head", (byte) 'g', utf8("13 comment=3\n"), header -> {})
            .file("second", utf8("xyz"))
            .build();
    assertThat(files(tar)).containsOnlyKeys("first", "second");
  }

  /** tarfile takes the size for the content and the header's own to find the next entry. */
  @Test
  void aSizeForAllThatFollowIsRefused() {
    byte[] tar =
        new TarBuilder()
            .entry("head", (byte) 'g', utf8("10 size=3\n"), header -> {})
            .file("second", utf8("xyz"))
            .build();
    assertThatThrownBy(() -> files(tar))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("one size to all entries");
  }

  /** tarfile takes it for a file, others for a directory. */
  @Test
  void aDirectoryByItsNameThatHasASizeIsRefused() {
    byte[] tar = new TarBuilder().file("second/", utf8("xyz")).build();
    assertThatThrownBy(() -> files(tar))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("directory by its name");
  }

  @Test
  void whatIsNoFileIsPassedOver() throws Exception {
    TarBuilder tar = new TarBuilder();
    for (char type : "123456".toCharArray()) {
      tar.entry("n" + type, (byte) type, EMPTY, header -> {});
    }
    tar.entry("directory/", (byte) 0, EMPTY, header -> {});
    assertThat(files(tar.file("a", utf8("x")).build())).containsOnlyKeys("a");
  }

  @Test
  void aChainOfExtendedHeadersIsWalkedWithoutRecursion() throws Exception {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 50_000; i++) {
      tar.entry("head", (byte) 'x', utf8("6 a=b\n"), header -> {});
    }
    assertThat(files(tar.file("a", utf8("x")).build())).containsOnlyKeys("a");
  }

  @Test
  void anEndWithoutBlocksOfZerosIsOne() throws Exception {
    byte[] whole = new TarBuilder().file("a", utf8("x")).build();
    assertThat(files(Arrays.copyOf(whole, 1024))).containsOnlyKeys("a");
  }

  private void assertMalformed(TarBuilder tar, String problem) {
    assertThatThrownBy(() -> files(tar.build()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aWrongChecksumIsMalformed() {
    byte[] header = new byte[512];
    header[0] = 'a';
    assertMalformed(new TarBuilder().file("a", EMPTY).raw(header), "byte 512: the checksum");
    header[148] = '9';
    assertMalformed(new TarBuilder().file("a", EMPTY).raw(header), "byte 512: the checksum");
  }

  @Test
  void aSizeThatIsNoNumberIsMalformed() {
    assertMalformed(
        new TarBuilder().entry("a", (byte) '0', EMPTY, header -> header[124] = 'z'),
        "an invalid number");
  }

  @Test
  void aFileThatIsLongerThanTheArchiveIsMalformed() {
    assertMalformed(
        new TarBuilder().entry("a", (byte) '0', EMPTY, header -> header[124] = '7'),
        "more bytes where");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10 path=n2",
        "99 path=n2\n",
        "x path=n2\n",
        "0 path=n2\n",
        "8 path\n",
        "4 p=n2\n",
        "9",
        "11 size=-1\n",
        "9999999999999999999999999 path=n2\n"
      })
  void anExtendedHeaderThatIsNoneIsMalformed(String content) {
    assertMalformed(
        new TarBuilder()
            .entry("head", (byte) 'x', utf8(content), header -> {})
            .file("n1", utf8("x")),
        "an extended tar header");
  }

  @Test
  void anExtendedHeaderOfAMegabyteIsMalformed() {
    assertMalformed(
        new TarBuilder().entry("head", (byte) 'L', new byte[(1 << 20) + 1], header -> {}),
        "an extended tar header has 1048577 bytes");
  }

  @Test
  void aHeaderCutShortIsMalformed() {
    byte[] whole = new TarBuilder().file("a", EMPTY).build();
    assertThatThrownBy(() -> files(Arrays.copyOf(whole, 700)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("byte 512: it needs 512 more bytes where 188 are left");
  }

  private void assertAmbiguous(TarBuilder tar, String problem) {
    assertThatThrownBy(() -> files(tar.build()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void twoFilesOfOneNameAreAmbiguous() {
    assertAmbiguous(
        new TarBuilder().file("a", EMPTY).file("a", EMPTY), "the archive has two entries \"a\"");
  }

  @Test
  void aDirectoryWithASizeIsAmbiguous() {
    assertAmbiguous(
        new TarBuilder().entry("a", (byte) '5', utf8("x"), header -> {}),
        "a tar entry that is not a file has a size");
  }

  @Test
  void bytesBehindTheEndAreAmbiguous() {
    assertAmbiguous(
        new TarBuilder().file("a", EMPTY).raw(new byte[1024]).file("b", EMPTY),
        "bytes after the end");
  }

  @Test
  void theNumberOfHeadersIsBounded() throws Exception {
    byte[] tar =
        new TarBuilder()
            .entry("head", (byte) 'x', utf8("6 a=b\n"), header -> {})
            .file("a", EMPTY)
            .build();
    Limits two = Limits.STANDARD.with(Limit.ENTRIES, 2);
    try (MappedFile file = MappedFile.open(Files.write(temporary.resolve("a.tar"), tar))) {
      assertThat(TarReader.read(file, two).entries()).hasSize(1);
      assertThatThrownBy(() -> TarReader.read(file, two.with(Limit.ENTRIES, 1)))
          .isInstanceOf(LimitException.class)
          .hasMessageContaining("the archive has more than 1 entries");
    }
  }

  @ParameterizedTest
  @ValueSource(chars = {'S', 'D', 'z', '\n'})
  void otherTypesAreNotRead(char type) {
    assertThatThrownBy(
            () -> files(new TarBuilder().entry("a", (byte) type, EMPTY, header -> {}).build()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("of a type that is not read");
  }

  @Test
  void aSparseFileIsNotRead() {
    TarBuilder tar =
        new TarBuilder()
            .entry("head", (byte) 'x', utf8("22 GNU.sparse.major=1\n"), header -> {})
            .file("a", utf8("x"));
    assertThatThrownBy(() -> files(tar.build()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("a sparse file");
  }
}
