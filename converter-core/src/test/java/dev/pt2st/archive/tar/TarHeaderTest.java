package dev.pt2st.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.TarBuilder;
import dev.pt2st.testing.Wrap;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A block is a header wherever it lies if {@code tarfile} takes its checksum for right. */
class TarHeaderTest {
  private static final int BLOCK = 512;
  private static final int TIME_AT = 136;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_BYTES = 8;
  private static final int LINK_AT = 157;

  @TempDir Path temporary;

  /** The forms in which {@code tarfile} reads a checksum. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%06o\0 ",
        "%07o ",
        "%08o",
        "%7o\0",
        "\t%6o\0",
        "\r%6o\0",
        "\34%6o\37",
        "+%06o\0",
        "0o%05o\0",
        "0O%05o ",
        "0_%05o\0",
        "\200\0\0\0\0\0%2$c%3$c",
      })
  void aHeaderInAContentIsFoundToo(String checksum) throws IOException, CheckpointException {
    // Together they have every digit.
    for (int last = 0; last < 8; last++) {
      byte[] inner = withTime(new TarBuilder().file("inner" + last, latin1("payload")).build());
      int sum = sum(inner, false);
      byte[] field = latin1(checksum.formatted(sum, sum >> 8, sum & 0xff));
      assertThat(field).hasSize(CHECKSUM_BYTES);
      System.arraycopy(field, 0, inner, CHECKSUM_AT, CHECKSUM_BYTES);
      assertThat(names(inner)).containsExactly("outer", "inner" + last);
    }
  }

  /** Some writers took bytes for signed. A sum may even be zero then, for which no digit stands. */
  @ParameterizedTest
  @ValueSource(strings = {"unsigned", "signed", "zero"})
  void theSumOfAHeaderIsOfBytesWithAndWithoutASign(String kind)
      throws IOException, CheckpointException {
    byte[] inner = new TarBuilder().file("inner", latin1("payload")).build();
    Arrays.fill(inner, LINK_AT, LINK_AT + 20, (byte) 0xff);
    int sum = sum(inner, !kind.equals("unsigned"));
    if (kind.equals("zero")) {
      for (int i = LINK_AT + 20; sum > 0; i++) {
        inner[i] = (byte) -Math.min(sum, 0x80);
        sum += inner[i];
      }
      assertThat(sum(inner, true)).isZero();
    }
    byte[] field = kind.equals("zero") ? new byte[CHECKSUM_BYTES] : latin1("%07o ".formatted(sum));
    System.arraycopy(field, 0, inner, CHECKSUM_AT, CHECKSUM_BYTES);
    assertThat(names(inner)).containsExactly("outer", "inner");
  }

  /** A time that is written in bytes, the last of which is no digit. */
  private static byte[] withTime(byte[] tar) {
    Arrays.fill(tar, TIME_AT, CHECKSUM_AT, (byte) 0);
    tar[TIME_AT] = (byte) 0x80;
    tar[CHECKSUM_AT - 1] = 1;
    return tar;
  }

  private static int sum(byte[] header, boolean signed) {
    int sum = CHECKSUM_BYTES * ' ';
    for (int i = 0; i < BLOCK; i++) {
      int b = signed ? header[i] : header[i] & 0xff;
      sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES ? 0 : b;
    }
    return sum;
  }

  /** What is found in an archive with another one in its only member, not at its start. */
  private List<String> names(byte[] inner) throws IOException, CheckpointException {
    byte[] tar = new TarBuilder().file("outer", Wrap.concat(new byte[BLOCK], inner)).build();
    Path path = Files.write(temporary.resolve("a.tar"), tar);
    try (MappedFile file = MappedFile.open(path)) {
      TarSurvey survey = new TarSurvey(file, Limits.STANDARD, new Deadline(Limits.STANDARD));
      survey.walkOn();
      return survey.contents().stream().map(TarSurvey.Content::name).toList();
    }
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
