package dev.pt2st.scan.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search stops at each byte at which a pickle may begin, and at no other. */
class PickleSearchTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\200\0",
        "\200\5",
        "cos\nsystem\n",
        "c__builtin__\neval\n",
        "ca.b.c\nd.e\n",
        "\u008c\2os\u008c\6system\u0093",
        "\u008c\2os\u0094\u008c\6system\u0094\u0093",
        "\u008c\2osq\0\u008c\6systemq\1\u0093",
      })
  void aPickleMayBegin(String begin) throws IOException {
    assertThat(next("~~" + begin, 0)).isEqualTo(2);
    assertThat(next("~~" + begin, 2)).isEqualTo(2);
    assertThat(next("~~" + begin + "~~" + begin, 3)).isEqualTo(begin.length() + 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\200",
        "\200\6",
        "cos",
        "cos\n",
        "cos\nsystem",
        "c\nsystem\n",
        "cos\n\n",
        "c os\nsystem\n",
        "\u008c\2os",
        "\u008c\2os~\u008c\6system",
        "\u008c\2os\u0094\u008c\6sys",
        "\u008c\0\u008c\6system",
        "\u008c\2os\u008c\0",
      })
  void noPickleBegins(String begin) throws IOException {
    assertThat(next("~~" + begin, 0)).isNegative();
  }

  /** Many places cost time, so there is a most. */
  @Test
  void placesAreCounted() throws IOException {
    PickleSearch search = search("\200\2".repeat(5000), 0);
    long at = -1;
    int places = 0;
    while ((at = search.next(at + 1)) >= 0) {
      places++;
    }
    assertThat(places).isEqualTo(4096);
  }

  private long next(String content, long from) throws IOException {
    return search(content, 0).next(from);
  }

  private PickleSearch search(String content, long from) throws IOException {
    Path file =
        Files.write(folder.resolve("content"), content.getBytes(StandardCharsets.ISO_8859_1));
    try (MappedFile mapped = MappedFile.open(file)) {
      return new PickleSearch(mapped, from);
    }
  }
}
