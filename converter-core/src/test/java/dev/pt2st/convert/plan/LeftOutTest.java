package dev.pt2st.convert.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key is shown so that nobody takes it for a number, or for words of the message. */
class LeftOutTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          optimizer                     | optimizer
          model.bn1-ema                 | model.bn1-ema
          box (what has no name)        | box (what has no name)
          (what no key leads to)        | (what no key leads to)
          0                             | "0"
          two words                     | "two words"
          box (WHAT)                    | "box (WHAT)"
          a (b) c                       | "a (b) c"
          """)
  void keysAreShown(String key, String shown) {
    assertThat(new LeftOut(key, 1, 4).shownKey()).isEqualTo(shown);
  }
}
