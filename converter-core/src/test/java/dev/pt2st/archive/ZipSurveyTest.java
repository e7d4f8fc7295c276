package dev.pt2st.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.Wrap;
import dev.pt2st.testing.ZipBuilder;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An entry is listed if any reader could see it, and with each content that it could have. */
class ZipSurveyTest {
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final int DESCRIPTOR = 1 << 3;
  private static final int UNICODE_PATH = 0x7075;
  private static final long SATURATED = 0xffff_ffffL;
  private static final byte[] GAP = latin1("between");

  @TempDir Path temporary;

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ZipBuilder two() {
    return new ZipBuilder().stored("a", latin1("one")).stored("b", latin1("two"));
  }

  private static byte[] concat(byte[]... parts) {
    return Arrays.stream(parts).reduce(new byte[0], Wrap::concat);
  }

  /** An extra field of any kind. */
  private static byte[] extra(int id, byte[] content) {
    byte[] field = new byte[4 + content.length];
    ByteBuffer.wrap(field)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) id)
        .putShort((short) content.length)
        .put(content);
    return field;
  }

  private List<String> seen(byte[] zip) throws IOException, CheckpointException {
    return seen(zip, Limits.STANDARD, new Deadline(Limits.STANDARD));
  }

  /** Each entry with its name and the bytes that are its content. */
  private List<String> seen(byte[] zip, Limits limits, Deadline deadline)
      throws IOException, CheckpointException {
    try (MappedFile file = MappedFile.open(Files.write(temporary.resolve("a.zip"), zip))) {
      return ZipSurvey.of(file, limits, deadline, false).stream()
          .map(found -> found.name() + "=" + text(file, found) + (found.encrypted() ? "?" : ""))
          .toList();
    }
  }

  private static String text(MappedFile file, ZipSurvey.Found found) {
    byte[] bytes = file.start(found.offset(), (int) found.compressedSize());
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void eachEntryOfASoundArchiveIsListedOnce() throws Exception {
    assertThat(seen(two().build())).containsExactlyInAnyOrder("a=one", "b=two");
  }

  @Test
  void noDirectoryIsNeeded() throws Exception {
    byte[] zip = two().build();
    byte[] cut = Arrays.copyOf(zip, 2 * (LOCAL_SIZE + 1 + 3));
    assertThat(seen(cut)).containsExactlyInAnyOrder("a=one", "b=two");
    assertThat(seen(concat(GAP, cut))).containsExactlyInAnyOrder("a=one", "b=two");
    assertThat(seen(concat(cut, GAP, cut)))
        .containsExactlyInAnyOrder("a=one", "b=two", "a=one", "b=two");
  }

  /** Readers that go by the directory see no entry without it, and those from the front see all. */
  @Test
  void noDirectoryNeedsToListIt() throws Exception {
    byte[] hidden = Arrays.copyOf(new ZipBuilder().stored("h", latin1("hid")).build(), 34);
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.behind = concat(GAP, hidden, GAP))
            .stored("b", latin1("two"))
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("a=one", "h=hid", "b=two");
  }

  @Test
  void aLocalHeaderMayBeTheLastBytes() throws Exception {
    byte[] zip = new ZipBuilder().stored("", new byte[0]).build();
    assertThat(seen(Arrays.copyOf(zip, LOCAL_SIZE))).containsExactly("=");
    assertThat(seen(Arrays.copyOf(zip, LOCAL_SIZE - 1))).isEmpty();
  }

  /** Signatures may lie across two pieces of the search. */
  @ParameterizedTest
  @ValueSource(ints = {65_500, 65_532, 65_533, 65_534, 65_535, 65_536, 131_000})
  void aLocalHeaderIsFoundWhereverItBegins(int before) throws Exception {
    byte[] cut = Arrays.copyOf(two().build(), 2 * (LOCAL_SIZE + 1 + 3));
    byte[] filler = new byte[before];
    Arrays.fill(filler, (byte) 'P');
    assertThat(seen(concat(filler, cut))).containsExactlyInAnyOrder("a=one", "b=two");
  }

  @Test
  void whereTheHeadersDisagreeBothCount() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored(
                "a",
                latin1("three"),
                entry -> {
                  entry.local.name = latin1("l");
                  entry.local.compressedSize = entry.local.size = 4;
                  entry.central.compressedSize = entry.central.size = 3;
                })
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("a=thr", "l=thre");
  }

  /** Python takes the smaller one, others the compressed one. */
  @Test
  void ofAStoredEntryBothSizesCount() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("three"), entry -> entry.both(header -> header.size = 3))
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("a=three", "a=thr");
  }

  @Test
  void anEntryOfUnknownLengthGoesToTheNext() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored(
                "a",
                latin1("one"),
                entry -> {
                  entry.local.flags = DESCRIPTOR;
                  entry.local.size = entry.local.compressedSize = 0;
                  entry.local.extra = extra(7, new byte[3]);
                  entry.central.name = latin1("c");
                })
            .stored("b", latin1("two"))
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("c=one", "a=one", "b=two");
    byte[] cut = Arrays.copyOf(zip, LOCAL_SIZE + 1 + 7 + 3);
    assertThat(seen(cut)).containsExactly("a=one");
  }

  @Test
  void aSizeThatLeadsNowhereHidesNoEntry() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.local.compressedSize = 1 << 20)
            .stored("b", latin1("two"), entry -> entry.offset = 0L)
            .build();
    assertThat(seen(Arrays.copyOf(zip, 2 * (LOCAL_SIZE + 1 + 3)))).contains("b=two");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeFileIsSearchedToItsEndIfAskedTo(boolean all) throws Exception {
    Path path = Files.write(temporary.resolve("a.bin"), new byte[0]);
    byte[] cut = Arrays.copyOf(two().build(), LOCAL_SIZE + 1 + 3);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(cut), 65L << 20);
    }
    try (MappedFile file = MappedFile.open(path)) {
      assertThat(ZipSurvey.of(file, Limits.STANDARD, new Deadline(Limits.STANDARD), all))
          .hasSize(all ? 1 : 0);
    }
  }

  /** Wherever it is cut, what is read of it lies in it. */
  @Test
  void everyCutIsSurveyed() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored(
                "a",
                latin1("one"),
                entry -> {
                  entry.both(header -> header.size = header.compressedSize = SATURATED);
                  entry.both(header -> header.extra = ZipBuilder.zip64Extra(3, 3, 0));
                  entry.offset = SATURATED;
                })
            .zip64(end -> {})
            .build();
    for (int length = 1; length <= zip.length; length++) {
      assertThat(seen(Arrays.copyOf(zip, length))).hasSizeLessThan(3);
      byte[] end = Arrays.copyOfRange(zip, zip.length - length, zip.length);
      assertThat(seen(end)).hasSizeLessThan(3);
    }
  }

  @Test
  void aSizeBeyondTheFileEndsWithIt() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.both(header -> header.compressedSize = 99))
            .build();
    byte[] cut = Arrays.copyOf(zip, LOCAL_SIZE + 1 + 3);
    assertThat(seen(cut)).containsExactly("a=one");
  }

  /** Each of the three numbers may be wide, and those that are follow each other. */
  @Test
  void wideNumbersOfTheDirectoryCount() throws Exception {
    assertThat(
            seen(
                new ZipBuilder()
                    .before(GAP)
                    .stored(
                        "a",
                        latin1("one"),
                        entry -> {
                          entry.local.name = latin1("l");
                          entry.central.size = entry.central.compressedSize = SATURATED;
                          entry.offset = SATURATED;
                          entry.central.extra =
                              concat(
                                  extra(7, new byte[5]), ZipBuilder.zip64Extra(3, 3, GAP.length));
                        })
                    .build()))
        .containsExactlyInAnyOrder("a=one", "l=one");
    assertThat(
            seen(
                new ZipBuilder()
                    .before(GAP)
                    .stored(
                        "a",
                        latin1("one"),
                        entry -> {
                          entry.local.name = latin1("l");
                          entry.offset = SATURATED;
                          entry.central.extra = ZipBuilder.zip64Extra(GAP.length);
                        })
                    .build()))
        .containsExactlyInAnyOrder("a=one", "l=one");
    assertThat(
            seen(
                new ZipBuilder()
                    .stored(
                        "a",
                        latin1("one"),
                        entry -> {
                          entry.local.name = latin1("l");
                          entry.central.compressedSize = SATURATED;
                          entry.central.extra = ZipBuilder.zip64Extra(2);
                        })
                    .build()))
        .containsExactlyInAnyOrder("a=on", "l=one");
  }

  @Test
  void wideNumbersOfALocalHeaderCount() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored(
                "a",
                latin1("three"),
                entry -> {
                  entry.local.name = latin1("l");
                  entry.local.size = entry.local.compressedSize = SATURATED;
                  entry.local.extra = ZipBuilder.zip64Extra(9, 4);
                })
            .stored("b", latin1("two"))
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("a=three", "l=thre", "b=two");
  }

  /** Offsets count from the start of the file, or from that of the archive. */
  @Test
  void otherDataMayPrecedeTheArchive() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.local.name = latin1("l"))
            .build();
    assertThat(seen(concat(GAP, zip))).containsExactlyInAnyOrder("a=one", "l=one");
    byte[] counted =
        new ZipBuilder()
            .before(GAP)
            .stored("a", latin1("one"), entry -> entry.local.name = latin1("l"))
            .build();
    assertThat(seen(counted)).containsExactlyInAnyOrder("a=one", "l=one");
  }

  @Test
  void otherDataMayFollowTheDirectory() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.local.name = latin1("l"))
            .build();
    int end = zip.length - END_SIZE;
    byte[] apart = concat(Arrays.copyOf(zip, end), GAP, Arrays.copyOfRange(zip, end, zip.length));
    assertThat(seen(apart)).containsExactlyInAnyOrder("a=one", "l=one");
  }

  @Test
  void theWideEndCounts() throws Exception {
    ZipBuilder zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.local.name = latin1("l"))
            .zip64(end -> {})
            .end(end -> end.directoryOffset = end.directorySize = SATURATED);
    assertThat(seen(zip.build())).containsExactlyInAnyOrder("a=one", "l=one");
    // Behind other data the locator leads astray, but Python takes the record in front of it.
    assertThat(seen(concat(GAP, zip.build()))).containsExactlyInAnyOrder("a=one", "l=one");
  }

  @Test
  void theWideEndMayLieWhereTheLocatorSays() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.local.name = latin1("l"))
            .zip64(end -> {})
            .end(end -> end.directoryOffset = end.directorySize = SATURATED)
            .build();
    int locator = zip.length - END_SIZE - 20;
    byte[] apart =
        concat(Arrays.copyOf(zip, locator), GAP, Arrays.copyOfRange(zip, locator, zip.length));
    assertThat(seen(apart)).containsExactlyInAnyOrder("a=one", "l=one");
  }

  @Test
  void eachEndRecordCounts() throws Exception {
    byte[] first =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.local.name = latin1("l"))
            .build();
    byte[] second =
        new ZipBuilder()
            .stored("b", latin1("another"), entry -> entry.local.name = latin1("m"))
            .build();
    assertThat(seen(concat(first, second)))
        .containsExactlyInAnyOrder("a=one", "l=one", "b=another", "m=another");
    // The comment of the first is as long as Python looks back.
    byte[] far = new byte[(1 << 16) - second.length];
    assertThat(seen(concat(first, second, far))).contains("a=one", "b=another");
  }

  @Test
  void anEntryMayHaveAComment() throws Exception {
    byte[] zip = two().build();
    int directory = 2 * (LOCAL_SIZE + 1 + 3);
    byte[] local = Arrays.copyOf(zip, directory);
    byte[] header = Arrays.copyOfRange(zip, directory, directory + CENTRAL_SIZE + 1);
    header[32] = (byte) GAP.length;
    byte[] rest = Arrays.copyOfRange(zip, directory + header.length, zip.length);
    rest[CENTRAL_SIZE] = 'c';
    assertThat(seen(concat(local, header, GAP, rest)))
        .containsExactlyInAnyOrder("a=one", "b=two", "c=two");
  }

  /** Of two such fields Python takes the last name. */
  @Test
  void furtherNamesCount() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored(
                "a",
                latin1("one"),
                entry ->
                    entry.central.extra =
                        concat(
                            extra(UNICODE_PATH, latin1("-----u")),
                            extra(7, new byte[3]),
                            extra(UNICODE_PATH, latin1("-----vw"))))
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("a=one", "u=one", "vw=one");
  }

  @Test
  void aNameEndsWithAZero() throws Exception {
    assertThat(seen(new ZipBuilder().stored("a\0b", latin1("one")).build()))
        .containsExactly("a=one");
  }

  @Test
  void whatIsEncryptedIsSaid() throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"), entry -> entry.central.flags = 1)
            .stored("b", latin1("two"), entry -> entry.local.flags = 1)
            .build();
    assertThat(seen(zip)).containsExactlyInAnyOrder("a=one?", "a=one", "b=two", "b=two?");
  }

  @Test
  void moreEntriesThanTheLimitAreRefused() throws Exception {
    Limits limits = Limits.STANDARD.with(Limit.ENTRIES, 2);
    Deadline deadline = new Deadline(limits);
    assertThat(seen(two().build(), limits, deadline)).hasSize(2);
    byte[] three = two().stored("c", latin1("three")).build();
    assertThatThrownBy(() -> seen(three, limits, deadline)).isInstanceOf(LimitException.class);
  }

  /** Many directories may list the same entries, which costs time and adds none. */
  @Test
  void moreHeadersThanTheLimitAreRefused() throws Exception {
    Limits limits = Limits.STANDARD.with(Limit.ENTRIES, 1);
    byte[] zip =
        new ZipBuilder()
            .stored("a", latin1("one"))
            .stored("b", new byte[0], entry -> entry.offset = 0L)
            .stored("c", new byte[0], entry -> entry.offset = 0L)
            .build();
    byte[] directory = Arrays.copyOfRange(zip, zip.length - END_SIZE - 3 * 47, zip.length);
    // None of them leads to an entry.
    assertThatThrownBy(() -> seen(directory, limits, new Deadline(limits)))
        .isInstanceOf(LimitException.class);
  }

  @Test
  void manyHeadersAreGoneThroughUntilTheTimeIsOver() throws Exception {
    ZipBuilder zip = new ZipBuilder();
    for (int i = 0; i < 2000; i++) {
      zip.stored("a", latin1("one"));
    }
    AtomicLong looks = new AtomicLong();
    Deadline deadline =
        new Deadline(Limits.STANDARD, 1, () -> looks.getAndIncrement() * 10_000_000_000L);
    assertThatThrownBy(() -> seen(zip.build(), Limits.STANDARD, deadline))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("more than 8 seconds");
  }
}
