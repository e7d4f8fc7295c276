package dev.pt2st.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.TarBuilder;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file with holes has the bytes that {@code tarfile} gives out for it, in each of the forms that
 * it reads. What is expected here is what CPython 3.11 gives out.
 */
class TarSurveyTest {
  private static final int BLOCK = 512;

  @TempDir Path temporary;

  static List<Arguments> archives() {
    List<Arguments> cases = new ArrayList<>();
    String said = records("GNU.sparse.size=10");
    cases.add(
        Arguments.of(
            "a list of pairs",
            extended(said + records("GNU.sparse.map=0,3,6,3"), "abcdef"),
            List.of("abc...def.", "after")));
    cases.add(
        Arguments.of(
            "a list of pairs, of which the last has no length",
            extended(said + records("GNU.sparse.map=0,3,6"), "abcdef"),
            List.of("abc.......", "after")));
    cases.add(
        Arguments.of(
            "a hole in front of the first piece, and none between two",
            extended(said + records("GNU.sparse.map=2,3,5,3"), "abcdef"),
            List.of("..abcdef..", "after")));
    cases.add(
        Arguments.of(
            "pieces in the wrong order",
            extended(said + records("GNU.sparse.map=6,3,0,3"), "abcdef"),
            List.of("......abc.", "after")));
    cases.add(
        Arguments.of(
            "records that repeat their keys",
            extended(
                said
                    + records(
                        "GNU.sparse.offset=0",
                        "GNU.sparse.numbytes=3",
                        "GNU.sparse.offset=6",
                        "GNU.sparse.numbytes=3"),
                "abcdef"),
            List.of("abc...def.", "after")));
    String first = records("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=10");
    cases.add(
        Arguments.of(
            "pairs in front of the data",
            extended(first, padded("2\n0\n3\n6\n3\n") + "abcdef"),
            List.of("abc...def.", "after")));
    StringBuilder map = new StringBuilder("200\n");
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      map.append(2 * i).append("\n1\n");
      data.append((char) ('a' + i % 26));
    }
    cases.add(
        Arguments.of(
            "pairs that fill several blocks",
            extended(
                records("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=399"),
                padded(map.toString()) + data),
            List.of(String.join(".", data.toString().split("")), "after")));
    cases.add(
        Arguments.of(
            "four pairs in the header",
            oldForm(9, "abcdef", new int[][] {{0, 3}, {6, 2}, {8, 1}, {9, 0}}),
            List.of("abc...def", "after")));
    cases.add(
        Arguments.of(
            "more pairs in blocks behind the header",
            oldForm(
                16,
                "abcdefgh",
                new int[][] {{0, 1}, {2, 1}, {4, 1}, {6, 1}, {8, 1}, {10, 1}, {12, 1}, {14, 1}}),
            List.of("a.b.c.d.e.f.g.h.", "after")));
    cases.add(
        Arguments.of(
            "for all members that follow, but only the next has holes",
            new TarBuilder()
                .entry("g", (byte) 'g', latin1(records("GNU.sparse.map=1,2")), header -> {})
                .file("one", latin1("abc"))
                .file("two", latin1("after"))
                .build(),
            List.of(".ab", "after")));
    cases.add(
        Arguments.of(
            "a size in a record, which moves what follows",
            new TarBuilder()
                .entry("x", (byte) 'x', latin1(records("size=600")), header -> {})
                .entry("large", (byte) '0', new byte[0], header -> {})
                .raw(latin1("q".repeat(600)))
                .raw(new byte[2 * BLOCK - 600])
                .file("after", latin1("after"))
                .build(),
            List.of("q".repeat(600), "after")));
    cases.add(
        Arguments.of(
            "an extended header without records",
            new TarBuilder()
                .entry("x", (byte) 'x', new byte[0], header -> {})
                .file("one", latin1("one"))
                .file("after", latin1("after"))
                .build(),
            List.of("one", "after")));
    cases.add(
        Arguments.of(
            "pieces for all that follow, of a size that the next header has",
            new TarBuilder()
                .entry(
                    "g",
                    (byte) 'g',
                    latin1(records("GNU.sparse.offset=1", "GNU.sparse.numbytes=2")),
                    header -> {})
                .entry("g", (byte) 'g', latin1(records("GNU.sparse.size=4")), header -> {})
                .file("one", latin1("abcd"))
                .build(),
            List.of(".ab.")));
    cases.add(
        Arguments.of(
            "a size for all that follow, which moves nothing",
            new TarBuilder()
                .entry("g", (byte) 'g', latin1(records("size=2")), header -> {})
                .file("one", latin1("abc"))
                .file("two", latin1("def"))
                .build(),
            List.of("ab", "de")));
    cases.add(
        Arguments.of(
            "a record whose length has a zero",
            extended("20 size=00000000002\n", "abc"),
            List.of("ab", "after")));
    cases.add(
        Arguments.of(
            "a record whose length has a nine",
            extended("19 size=0000000002\n", "abc"),
            List.of("ab", "after")));
    cases.add(
        Arguments.of(
            "a file from before POSIX",
            new TarBuilder()
                .entry("old", (byte) 0, latin1("old"), header -> {})
                .file("after", latin1("after"))
                .build(),
            List.of("old", "after")));
    cases.add(
        Arguments.of(
            "a directory from before POSIX, whose size is not skipped",
            new TarBuilder()
                .entry("old/", (byte) 0, new byte[0], header -> octal(header, 124, 3))
                .file("after", latin1("after"))
                .build(),
            List.of("after")));
    cases.add(
        Arguments.of(
            "a file of POSIX whose name ends as that of a directory",
            new TarBuilder().file("new/", latin1("new")).file("after", latin1("after")).build(),
            List.of("new", "after")));
    cases.add(
        Arguments.of(
            "pieces that overlap",
            extended(said + records("GNU.sparse.map=0,3,1,4"), "abcdefg"),
            List.of("abcfg.....", "after")));
    cases.add(
        Arguments.of(
            "a hole that is larger than the archive",
            extended(records("GNU.sparse.size=9000", "GNU.sparse.map=8997,3"), "abc"),
            List.of(".".repeat(8997) + "abc", "after")));
    cases.add(
        Arguments.of(
            "a long name",
            new TarBuilder()
                .entry("././@LongLink", (byte) 'L', latin1("n".repeat(600)), header -> {})
                .file("n", latin1("long"))
                .file("after", latin1("after"))
                .build(),
            List.of("long", "after")));
    cases.add(
        Arguments.of(
            "a record without a sign",
            extended("12 nothing\n" + records("size=2").replace("=", ""), "abc"),
            List.of("abc", "after")));
    cases.add(
        Arguments.of(
            "a length that goes to the end of the block",
            extended("1".repeat(BLOCK), "abc"),
            List.of("abc", "after")));
    cases.add(
        Arguments.of(
            "a record that is longer than its header",
            extended(records("size=2") + "999 path=x\n", "abc"),
            List.of("ab", "after")));
    cases.add(
        Arguments.of(
            "a record without a length, at which Python gives up",
            extended("0 path=x\n", "abc"),
            List.of()));
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("archives")
  void contentsAreThoseThatPythonGivesOut(String form, byte[] tar, List<String> contents)
      throws IOException, CheckpointException {
    assertThat(seenByPython(tar)).as(form).containsExactlyInAnyOrderElementsOf(contents);
  }

  /** With {@code ignore_zeros}, Python goes on behind blocks and knows what was said before. */
  @Test
  void whatIsSaidForAllHoldsBehindBlocksOfZeros() throws IOException, CheckpointException {
    byte[] tar =
        new TarBuilder()
            .entry("g", (byte) 'g', latin1(records("size=2")), header -> {})
            .file("before", latin1("abc"))
            .raw(new byte[3 * BLOCK])
            .file("behind", latin1("def"))
            .build();
    Path path = Files.write(temporary.resolve("a.tar"), tar);
    try (MappedFile file = MappedFile.open(path)) {
      TarSurvey survey = new TarSurvey(file, Limits.STANDARD, new Deadline(Limits.STANDARD));
      survey.walkOn();
      assertThat(survey.contents())
          .extracting(content -> content.name() + " " + content.size())
          .contains("before 2", "behind 2");
    }
  }

  @Test
  void contentsWithOtherHolesAreOthers() {
    List<SparseMap.Piece> pieces = List.of(new SparseMap.Piece(0, 3));
    TarSurvey.Content content = new TarSurvey.Content("a", 512, 3, 10, pieces);
    assertThat(content)
        .isEqualTo(new TarSurvey.Content("b", 512, 3, 10, pieces))
        .isNotEqualTo(new TarSurvey.Content("a", 512, 3, 10, List.of(new SparseMap.Piece(1, 3))))
        .isNotEqualTo(new TarSurvey.Content("a", 512, 3, 9, pieces))
        .isNotEqualTo(new TarSurvey.Content("a", 512, 4, 10, pieces))
        .isNotEqualTo(new TarSurvey.Content("a", 1024, 3, 10, pieces));
  }

  /** Python reads it, though no block follows. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void aHeaderInTheLastBlockCounts(String type) throws IOException, CheckpointException {
    byte link = (byte) type.charAt(0);
    byte[] whole = new TarBuilder().entry("link", link, new byte[0], header -> {}).build();
    Path path = Files.write(temporary.resolve("a.tar"), Arrays.copyOf(whole, BLOCK));
    try (MappedFile file = MappedFile.open(path)) {
      TarSurvey survey = new TarSurvey(file, Limits.STANDARD, new Deadline(Limits.STANDARD));
      survey.walk();
      assertThat(survey.links()).containsExactly("link");
    }
  }

  /** Readers that know no records, or no such type, go by the header alone. */
  @Test
  void theSizeInAHeaderCountsBesideWhatPythonMakesOfIt() throws IOException, CheckpointException {
    byte[] tar =
        new TarBuilder()
            .entry("x", (byte) 'x', latin1(records("size=2")), header -> {})
            .file("record", latin1("abc"))
            .entry("folder", (byte) '5', latin1("defg"), header -> {})
            .file("plain", latin1("hijkl"))
            .build();
    Path path = Files.write(temporary.resolve("a.tar"), tar);
    try (MappedFile file = MappedFile.open(path)) {
      TarSurvey survey = new TarSurvey(file, Limits.STANDARD, new Deadline(Limits.STANDARD));
      survey.walk();
      survey.walkOn();
      assertThat(survey.contents())
          .extracting(content -> content.name() + " " + content.size())
          .containsExactlyInAnyOrder("record 2", "record 3", "folder 4", "plain 5");
    }
  }

  @Test
  void manyHeadersAreGoneThroughUntilTheTimeIsOver() throws IOException {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 100; i++) {
      tar.file("a", new byte[0]);
    }
    Path path = Files.write(temporary.resolve("a.tar"), tar.build());
    try (MappedFile file = MappedFile.open(path)) {
      assertThatThrownBy(() -> survey(file, new AtomicLong()::incrementAndGet).walk())
          .isInstanceOf(LimitException.class)
          .hasMessageContaining("more than 8 seconds");
    }
  }

  /** A header may stand in any block, so each of a large file is looked at. */
  @Test
  void blocksWithoutAHeaderAreGoneThroughUntilTheTimeIsOver() throws IOException {
    byte[] bytes = new byte[(1 << 14) * BLOCK];
    Arrays.fill(bytes, (byte) 'x');
    Path path = Files.write(temporary.resolve("a.tar"), bytes);
    try (MappedFile file = MappedFile.open(path)) {
      assertThatThrownBy(() -> survey(file, new AtomicLong()::incrementAndGet).walkOn())
          .isInstanceOf(LimitException.class)
          .hasMessageContaining("more than 8 seconds");
    }
  }

  /** A survey on a clock that says ten seconds more each time. */
  private static TarSurvey survey(MappedFile file, LongSupplier looks) {
    return new TarSurvey(
        file,
        Limits.STANDARD,
        new Deadline(Limits.STANDARD, 1, () -> looks.getAsLong() * 10_000_000_000L));
  }

  private List<String> seenByPython(byte[] tar) throws IOException, CheckpointException {
    Path path = Files.write(temporary.resolve("a.tar"), tar);
    try (MappedFile file = MappedFile.open(path)) {
      TarSurvey survey = new TarSurvey(file, Limits.STANDARD, new Deadline(Limits.STANDARD));
      survey.walk();
      List<String> contents = new ArrayList<>();
      for (TarSurvey.Content content : survey.seenByPython()) {
        byte[] bytes =
            content.hasHoles()
                ? survey.assemble(content)
                : file.start(content.offset(), (int) content.size());
        contents.add(new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', '.'));
      }
      return contents;
    }
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Records of POSIX: each begins with its length, in which the digits count. */
  private static String records(String... texts) {
    StringBuilder records = new StringBuilder();
    for (String text : texts) {
      int length = text.length() + 2;
      length += Integer.toString(length + Integer.toString(length).length()).length();
      records.append(length).append(' ').append(text).append('\n');
    }
    return records.toString();
  }

  private static String padded(String text) {
    return text + "\0".repeat((BLOCK - text.length() % BLOCK) % BLOCK);
  }

  /** A member of which an extended header says where its data goes, and one behind it. */
  private static byte[] extended(String records, String data) {
    return new TarBuilder()
        .entry("x", (byte) 'x', latin1(records), header -> {})
        .file("sparse", latin1(data))
        .file("after", latin1("after"))
        .build();
  }

  /** A member of the type S, with four pairs in its header, and 21 in each block behind it. */
  private static byte[] oldForm(int size, String data, int[][] pairs) {
    byte[] more = new byte[pairs.length > 4 ? BLOCK : 0];
    TarBuilder tar = new TarBuilder();
    tar.entry(
        "sparse",
        (byte) 'S',
        new byte[0],
        header -> {
          octal(header, 124, data.length());
          for (int i = 0; i < pairs.length; i++) {
            byte[] block = i < 4 ? header : more;
            int at = i < 4 ? 386 + 24 * i : 24 * (i - 4);
            octal(block, at, pairs[i][0]);
            octal(block, at + 12, pairs[i][1]);
          }
          header[482] = (byte) (pairs.length > 4 ? 1 : 0);
          octal(header, 483, size);
        });
    return tar.raw(more).raw(latin1(padded(data))).file("after", latin1("after")).build();
  }

  private static void octal(byte[] block, int at, int value) {
    byte[] digits = latin1("%011o".formatted(value));
    System.arraycopy(digits, 0, block, at, digits.length);
    block[at + 11] = 0;
  }
}
