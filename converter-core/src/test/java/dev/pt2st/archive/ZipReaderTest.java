package dev.pt2st.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ZIP that two readers could read in two ways is refused; what writers really make is read. */
class ZipReaderTest {
  private static final byte[] PICKLE = {(byte) 0x80, 2, 'N', '.'};
  private static final byte[] DATA = "0123456789abcdef".getBytes(UTF_8);

  @TempDir Path temporary;

  private static ZipBuilder checkpoint() {
    return new ZipBuilder().stored("archive/data.pkl", PICKLE);
  }

  /** Reads an archive and looks at it while its file is open. */
  private void read(byte[] zip, Consumer<ZipArchive> look) throws IOException, CheckpointException {
    Path path = Files.write(temporary.resolve("sample.pt"), zip);
    try (MappedFile file = MappedFile.open(path)) {
      look.accept(((Container.TorchZip) Containers.detect(file, Limits.STANDARD)).archive());
    }
  }

  private void accepts(ZipBuilder zip) throws IOException, CheckpointException {
    read(zip.build(), archive -> assertThat(archive.has("data.pkl")).isTrue());
  }

  private void rejects(ZipBuilder zip, Class<? extends CheckpointException> as, String... problem) {
    assertThatThrownBy(() -> read(zip.build(), archive -> {}))
        .isInstanceOf(as)
        .hasMessageContainingAll(problem);
  }

  private void refuses(ZipBuilder zip, String... problem) {
    rejects(zip, RefusedException.class, problem);
  }

  @Test
  void entriesAreFoundBelowTheRootOfTheFirst() throws Exception {
    ZipBuilder zip =
        new ZipBuilder()
            .stored("my model é/data.pkl", PICKLE)
            .stored("my model é/data/0", DATA)
            .deflated("my model é/version", "3\n".getBytes(UTF_8), entry -> {});
    read(
        zip.build(),
        archive -> {
          assertThat(archive.entries())
              .extracting(ZipEntry::name)
              .containsExactly("my model é/data.pkl", "my model é/data/0", "my model é/version");
          assertThat(archive.record("data/0").orElseThrow().bytes().size()).isEqualTo(16);
          assertThat(archive.record("version").orElseThrow().bytes())
              .isInstanceOf(ByteSource.Deflated.class);
          assertThat(archive.has("my model é/data.pkl")).isFalse();
          assertThat(archive.records("data", "")).containsOnlyKeys(".pkl", "/0");
          assertThat(archive.records("da", ".pkl")).containsOnlyKeys("ta");
          assertThat(archive.records("data.", "pkl")).isEmpty();
          assertThat(archive.records("code/", "")).isEmpty();
          assertThat(archive.entry("my model é/DATA.pkl")).isPresent();
          assertThat(archive.entry("data.pkl")).isEmpty();
        });
  }

  @Test
  void lookUpIgnoresAsciiCaseAndNoOther() throws Exception {
    ZipBuilder zip = checkpoint().stored("archive/DATA/Ä", DATA);
    read(
        zip.build(),
        archive -> {
          assertThat(archive.has("Data/Ä")).isTrue();
          assertThat(archive.has("Data/ä")).isFalse();
        });
  }

  @Test
  void aNameThatIsNoUtf8IsLatin1() throws Exception {
    byte[] name = {'a', 'r', 'c', 'h', 'i', 'v', 'e', '/', (byte) 0xe9};
    read(
        checkpoint().stored("x", DATA, entry -> entry.both(h -> h.name = name)).build(),
        archive -> assertThat(archive.entries()).extracting(ZipEntry::name).contains("archive/é"));
  }

  @Test
  void anArchiveWithoutEntriesIsNoCheckpoint() throws Exception {
    assertThat(layoutOf(new ZipBuilder())).isEqualTo("ZIP archive");
  }

  private String layoutOf(ZipBuilder zip) throws IOException, CheckpointException {
    Path path = Files.write(temporary.resolve("sample.pt"), zip.build());
    try (MappedFile file = MappedFile.open(path)) {
      return Containers.detect(file, Limits.STANDARD).layout();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive/data/0", "archive/DATA/0", "Archive/data/0"})
  void twoNamesThatAreOneForLookUpAreRefused(String second) {
    refuses(
        checkpoint().stored("archive/data/0", DATA).stored(second, PICKLE),
        "the archive has the entries \"archive/data/0\" and \"" + second + '"');
  }

  @Test
  void aNameWithAZeroByteIsRefused() {
    refuses(checkpoint().stored("archive/data/0\0.txt", DATA), "zero byte");
  }

  static Stream<Arguments> disagreements() {
    return Stream.of(
        lie("name", entry -> entry.local.name = "archive/data/1".getBytes(UTF_8)),
        lie("method", entry -> entry.local.method = 8),
        lie("size", entry -> entry.local.size--),
        lie("size", entry -> entry.local.compressedSize--),
        lie("size", entry -> entry.local.size = 0),
        lie("CRC-32", entry -> entry.local.crc ^= 1),
        lie("encryption flag", entry -> entry.local.flags = 1));
  }

  private static Arguments lie(String what, Consumer<ZipBuilder.Entry> tweak) {
    return Arguments.of(what, tweak);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("disagreements")
  void localAndCentralHeadersMustAgree(String what, Consumer<ZipBuilder.Entry> tweak) {
    refuses(checkpoint().stored("archive/data/0", DATA, tweak), "archive/data/0", "disagree", what);
  }

  @Test
  void aStreamedEntryHasItsSizesBehindIt() throws Exception {
    accepts(
        checkpoint()
            .stored(
                "archive/data/0",
                DATA,
                entry -> {
                  entry.both(header -> header.flags = 1 << 3);
                  entry.local.size = 0;
                  entry.local.compressedSize = 0;
                  entry.local.crc = 0;
                  entry.behind = new byte[16];
                }));
  }

  @Test
  void aStreamedEntryMayNotSayOtherSizes() {
    refuses(
        checkpoint()
            .stored(
                "archive/data/0",
                DATA,
                entry -> {
                  entry.both(header -> header.flags = 1 << 3);
                  entry.local.size = 7;
                }),
        "disagree in their size");
  }

  @Test
  void aStoredEntryHasOneSize() {
    refuses(
        checkpoint()
            .stored("archive/data/0", DATA, entry -> entry.both(header -> header.size = 99)),
        "the stored entry \"archive/data/0\" has two sizes, 16 and 99");
  }

  @Test
  void entriesMustNotOverlap() {
    refuses(
        checkpoint()
            .stored(
                "archive/data/0",
                new byte[200],
                entry -> {
                  // The second entry lies in the data of the first.
                  ByteBuffer.wrap(entry.content)
                      .put(new ZipBuilder().stored("archive/data/1", DATA).build(), 0, 60);
                })
            .stored("archive/data/1", DATA, entry -> entry.offset = 94L),
        "overlap");
  }

  @Test
  void anEntryMustNotReachIntoTheDirectory() {
    refuses(
        checkpoint()
            .stored(
                "archive/data/0",
                DATA,
                entry ->
                    entry.both(header -> {
                      header.size = 60;
                      header.compressedSize = 60;
                    })),
        "reaches into the central directory");
  }

  @Test
  void noBytesMayLieBetweenEntries() throws Exception {
    // A reader that goes from front to back would find a record there that the directory hides.
    refuses(
        checkpoint().stored("archive/data/0", DATA, entry -> entry.behind = new byte[30]),
        "30 bytes that belong to no entry");
    refuses(
        new ZipBuilder()
            .stored("archive/data.pkl", PICKLE, entry -> entry.behind = new byte[16])
            .stored("archive/data/0", DATA),
        "16 bytes that belong to no entry");
    // A streamed entry is followed by a data descriptor.
    accepts(
        new ZipBuilder()
            .stored(
                "archive/data.pkl",
                PICKLE,
                entry -> {
                  entry.both(header -> header.flags = 8);
                  entry.behind = new byte[16];
                }));
  }

  @Test
  void anEntryMustNotHaveASecondName() {
    byte[] path = "archive/evil".getBytes(UTF_8);
    byte[] field =
        ByteBuffer.allocate(9 + path.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) 0x7075)
            .putShort((short) (5 + path.length))
            .put((byte) 1)
            .putInt(0)
            .put(path)
            .array();
    refuses(
        checkpoint().stored("archive/data/0", DATA, entry -> entry.central.extra = field),
        "has a second name");
  }

  @Test
  void withoutARootFolderThereIsNoCheckpoint() throws Exception {
    assertThat(layoutOf(new ZipBuilder().stored("data.pkl", PICKLE))).isEqualTo("ZIP archive");
  }

  @ParameterizedTest
  @ValueSource(longs = {1000, 0xffff_fffeL, 0x7fff_ffffL})
  void anEntryMustNotRunPastTheFile(long size) {
    rejects(
        checkpoint()
            .stored(
                "archive/data/0",
                DATA,
                entry ->
                    entry.both(header -> {
                      header.size = size;
                      header.compressedSize = size;
                    })),
        MalformedException.class,
        "runs past the end of the file");
  }

  @Test
  void anEntryMustNotLieOutsideOfTheFile() {
    rejects(
        checkpoint().stored("archive/data/0", DATA, entry -> entry.offset = 0x00ff_ffffL),
        MalformedException.class,
        "lies outside of the file");
    rejects(
        checkpoint().stored("archive/data/0", DATA, entry -> entry.offset = 1L),
        MalformedException.class,
        "does not begin here");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1 << 6, 1 << 13})
  void anEncryptedEntryIsNotRead(int flag) {
    refuses(
        checkpoint()
            .stored("archive/data/0", DATA, entry -> entry.both(header -> header.flags = flag)),
        "encrypted");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 12, 14, 93, 99})
  void otherMethodsAreNotRead(int method) {
    rejects(
        checkpoint()
            .stored("archive/data/0", DATA, entry -> entry.both(header -> header.method = method)),
        UnsupportedException.class,
        "compressed by method " + method);
  }

  @Test
  void dataBeforeTheFirstEntryIsRefused() {
    // It begins like a ZIP, or it would be taken for something else.
    byte[] hidden = new ZipBuilder().stored("archive/data.pkl", PICKLE).build();
    refuses(checkpoint().before(hidden), "bytes before the first entry");
  }

  @Test
  void bytesAfterTheEndRecordAreRefused() {
    rejects(
        checkpoint().after(new byte[] {1, 2, 3}),
        CheckpointException.class,
        "announces a comment of 0 bytes and 3 follow");
  }

  @Test
  void aSecondRootWithAPickleIsRefused() {
    refuses(checkpoint().stored("other/data.pkl", PICKLE), "a second checkpoint");
    refuses(checkpoint().stored("other/DATA.pkl", PICKLE), "a second checkpoint");
  }

  @Test
  void aPickleDeeperDownIsARecordAsAnyOther() throws Exception {
    accepts(checkpoint().stored("archive/extra/data.pkl", PICKLE));
  }
}
