package dev.pt2st.scan.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever may begin in bytes is found at each byte, also where it lies across two pieces. */
class ByteSearchTest {
  private static final int PIECE = 1 << 20;

  @TempDir Path folder;

  private List<String> signs(String content) throws IOException {
    return signs(content, 0);
  }

  /** Where the search stops and why, if each stop leads it on by some bytes. */
  private List<String> signs(String content, int on) throws IOException {
    Path path =
        Files.write(folder.resolve("content"), content.getBytes(StandardCharsets.ISO_8859_1));
    List<String> signs = new ArrayList<>();
    long[] looked = {0};
    try (MappedFile file = MappedFile.open(path)) {
      new ByteSearch(file)
          .<RuntimeException>run(
              count -> looked[0] += count,
              (at, sign) -> {
                signs.add(at + " " + sign);
                return at + on;
              });
      assertThat(looked[0]).isEqualTo(file.size());
    }
    return signs;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "\\200\\0], PICKLE",
        "\\200\\5], PICKLE",
        "cos\\n, PICKLE",
        "ios\\nsystem\\n, INSTANCE",
        "(cos\\n, PICKLE",
        "Vos\\n\\223, PICKLE",
        "S'os'\\n0, PICKLE",
        "S\"os\"\\n0, PICKLE",
        "U\\2os0, PICKLE",
        "\\214\\2os0, PICKLE",
        "T\\2\\0\\0\\0os0, PICKLE",
        "X\\2\\0\\0\\0os0, PICKLE",
        "\\215\\2\\0\\0\\0\\0\\0\\0\\0os0, PICKLE",
        "\\37\\213\\10, GZIP",
        "BZh91A, BZIP2",
        "\\3757zX, XZ",
        "(\\265\\57\\375, ZSTD",
        "PK\\3\\4, ZIP",
      })
  void aSignIsFound(String escaped, String sign) throws IOException {
    String begin = escaped.translateEscapes();
    assertThat(signs(begin)).first().isEqualTo("0 " + sign);
    assertThat(signs("~~" + begin + "~~")).first().isEqualTo("2 " + sign);
    for (int before = PIECE - begin.length() - 1; before <= PIECE + 1; before++) {
      assertThat(signs("~".repeat(before) + begin)).first().isEqualTo(before + " " + sign);
    }
    // Less of it is none.
    for (int length = 1; length < begin.length(); length++) {
      assertThat(signs(begin.substring(0, length))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\200\6]",
        "\200\2~",
        "c\n",
        "c os\n",
        "ios\n\n",
        "Vos\n~",
        "S'os\"\n0",
        "S'os'0",
        "U\2o 0",
        "T\2\1\0\0os0",
        "\37\213\11\0",
        "BZh92AY",
      })
  void nothingElseIsASign(String begin) throws IOException {
    assertThat(signs("~" + begin)).isEmpty();
  }

  @Test
  void theNextByteIsLookedAtToo() throws IOException {
    assertThat(signs("cccos\n")).containsExactly("0 PICKLE", "1 PICKLE", "2 PICKLE");
    assertThat(signs("~cccos\n", 1)).containsExactly("1 PICKLE", "2 PICKLE", "3 PICKLE");
  }

  @Test
  void theSearchGoesOnWhereItIsLed() throws IOException {
    assertThat(signs("cccos\n", 2)).containsExactly("0 PICKLE", "2 PICKLE");
    String far = "cos\n".repeat(3) + "~".repeat(PIECE) + "cos\n";
    assertThat(signs(far, 8)).containsExactly("0 PICKLE", "8 PICKLE", PIECE + 12 + " PICKLE");
    assertThat(signs(far, PIECE + 12)).containsExactly("0 PICKLE", PIECE + 12 + " PICKLE");
  }
}
