package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {
  @ParameterizedTest
  @CsvSource({
    "1000, 1000",
    "17B, 17",
    "1KB, 1000",
    "1 KiB, 1024",
    "2.5GB, 2500000000",
    "64MiB, 67108864",
    "51.2MB, 51200000",
    "1T, 1000000000000",
    "5gb, 5000000000",
    "5Gib, 5368709120",
    "0.5kb, 500",
    "1.0005KB, 1000",
    "9223372036854775807, 9223372036854775807"
  })
  void readsAmounts(String text, long bytes) {
    assertThat(ByteCount.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "99999999T"})
  void refusesWhatNoFileCanHave(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteCount.parse(text))
        .withMessageContaining("more than any file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GB", "-1", "1.GB", "1 PB", "1e9", "0x10"})
  void refusesOtherTexts(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteCount.parse(text))
        .withMessageContaining("not an amount of bytes");
  }
}
