package dev.pt2st.io.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each byte but letters, digits and four marks is encoded, as AWS signs it. */
class PercentCodeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "azAZ09-._~ | azAZ09-._~",
        "~a b+c~ | a%20b%2Bc",
        "!*'();:@&=$,?#[] | %21%2A%27%28%29%3B%3A%40%26%3D%24%2C%3F%23%5B%5D",
        "%20 | %2520",
        "é€😀 | %C3%A9%E2%82%AC%F0%9F%98%80",
        "a//b/../c/ | a//b/../c/",
        "\\\"<>^`{} | %5C%22%3C%3E%5E%60%7B%7D",
      })
  void aPathIsEncoded(String text, String encoded) {
    assertThat(PercentCode.encodePath(text)).isEqualTo(encoded);
  }

  @Test
  void aSlashInAQueryIsEncodedAndControlCharactersAre() {
    assertThat(PercentCode.encode("a/b")).isEqualTo("a%2Fb");
    assertThat(PercentCode.encode("\u0000\n\u007f")).isEqualTo("%00%0A%7F");
  }

  @Test
  void halfOfAPairHasNoEncoding() {
    assertThatThrownBy(() -> PercentCode.encodePath("a\ud83d"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsEncodedCanBeDecoded() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      int[] points =
          random
              .ints(random.nextInt(12), 0, Character.MAX_CODE_POINT + 1)
              .map(p -> p < 0x8000 ? p % 300 : p)
              .filter(p -> p < 0xd800 || p > 0xdfff)
              .toArray();
      String text = new String(points, 0, points.length);
      assertThat(PercentCode.decodeForm(PercentCode.encode(text))).isEqualTo(text);
    }
    assertThat(PercentCode.decodeForm("a+b%2Bc/é%C3%A9*")).isEqualTo("a b+c/éé*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "a%FFb", "%C3"})
  void whatIsNotEncodedSoIsRefused(String text) {
    assertThatThrownBy(() -> PercentCode.decodeForm(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
