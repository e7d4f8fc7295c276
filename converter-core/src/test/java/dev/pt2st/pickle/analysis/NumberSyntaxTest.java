package dev.pt2st.pickle.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What either unpickler of CPython 3.11 takes for a number, whose answers these tables hold. A line
 * that is taken for none ends a trace, so that what follows would not be seen.
 */
class NumberSyntaxTest {

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "-5",
        "+7",
        "00",
        "07",
        "010",
        "0x10",
        "0Xff",
        "0b101",
        "0B1",
        "0o17",
        "0O7",
        "0x_f",
        "1_000",
        "0_0",
        "000",
        "0001",
        " 12",
        "12 ",
        "\01112\015",
        "\0131",
        "\0141",
        "12\000rest",
        "\000",
        "\000x",
        "999999999999999999999999999999",
        "-0",
        "9",
        "0x1_f",
        "0b1_0",
        "0o_7"
      })
  void takesInt(String line) {
    assertThat(NumberSyntax.isInt(bytes(line))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "08", "0x", "0xg", "0b2", "0o8", "0x__f", "0x_", "_1", "1_", "1__0", "0_1", "\0101",
        "\0161", "1 2", "--1", "- 1", "-", "+", " ", "x\000", "1L", "1LL", "L", "0L", "0x1fL",
        "1.0", "ten", "\u00b2", "1e3", "a", "/", "1:", "1/", "0_7", "017_0", "01_7", "0b1__0"
      })
  void refusesInt(String line) {
    assertThat(NumberSyntax.isInt(bytes(line))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "-5",
        "+7",
        "00",
        "0x10",
        "0Xff",
        "0b101",
        "0B1",
        "0o17",
        "0O7",
        "0x_f",
        "1_000",
        "0_0",
        "000",
        " 12",
        "12 ",
        "\01112\015",
        "\0131",
        "\0141",
        "12\000rest",
        "1L",
        "0L",
        "0x1fL",
        "999999999999999999999999999999",
        "-0",
        "9",
        "0x1_f",
        "0b1_0",
        "0o_7"
      })
  void takesLong(String line) {
    assertThat(NumberSyntax.isLong(bytes(line))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "07", "08", "010", "0x", "0xg", "0b2", "0o8", "0x__f", "0x_", "_1", "1_", "1__0", "0_1",
        "0001", "\0101", "\0161", "1 2", "--1", "- 1", "-", "+", " ", "\000", "\000x", "x\000",
        "1LL", "L", "1.0", "ten", "\u00b2", "1e3", "a", "/", "1:", "1/", "0_7", "017_0", "01_7",
        "0b1__0"
      })
  void refusesLong(String line) {
    assertThat(NumberSyntax.isLong(bytes(line))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1.",
        "1.5",
        ".5",
        "-.5e3",
        "1e5",
        "1E5",
        "1e+5",
        "1e-5",
        "inf",
        "-inf",
        "Infinity",
        "+INFINITY",
        "nan",
        "NaN",
        "-nan",
        "1_0.5",
        "1.5_5",
        "1.5e1_0",
        " 1.5 ",
        "1.5\000x",
        "iNf",
        "1.e5"
      })
  void takesFloat(String line) {
    assertThat(NumberSyntax.isFloat(bytes(line))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1e",
        "1e+",
        "e5",
        "1e5.0",
        "1.5.5",
        "in",
        "infin",
        "nanx",
        "1_.5",
        "1._5",
        "1e_5",
        "_1.5",
        "0x1p3",
        "1 .5",
        "..5",
        "1,5",
        ".e5",
        "1..",
        "@nf",
        "inf inity"
      })
  void refusesFloat(String line) {
    assertThat(NumberSyntax.isFloat(bytes(line))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "00, 0",
    "-0, 0",
    "1, 1",
    "01, 1",
    "+1, 1",
    "' 1', 1",
    "'1 ', 1",
    "1_0, 10",
    "007, 7",
    "0_7, 7",
    "100, 100",
    "-00, 0",
  })
  void givesTheDigitsOfAnIndex(String line, String digits) {
    assertThat(NumberSyntax.index(bytes(line))).isEqualTo(digits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_1", "1_", "1__0", "-1", "0x1", "", "10L", "\0", "-", "1.0", "1 0"})
  void refusesAnIndex(String line) {
    assertThat(NumberSyntax.index(bytes(line))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1\0", "1\0x", " 1 \0"})
  void anIndexEndsBeforeAZeroByte(String line) {
    assertThat(NumberSyntax.index(bytes(line))).isEqualTo("1");
  }
}
