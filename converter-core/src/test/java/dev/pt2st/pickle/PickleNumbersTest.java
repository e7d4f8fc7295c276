package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.Repr;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are read as CPython 3.11 reads them, whose answers these tables hold. */
class PickleNumbersTest {

  private static String load(String opcode, String text) throws Exception {
    return Repr.of(PlainDomain.load(opcode + text.translateEscapes() + "\n."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "0|0",
        "1|1",
        "-5|-5",
        "+7|7",
        "00|False",
        "01|True",
        "+1|True",
        "-0|False",
        " 1|True",
        "1 |1",
        "\\t 12|12",
        "12 \\r|12",
        "02|2",
        "010|8",
        "0x10|16",
        "0Xff|255",
        "-0x10|-16",
        "0b101|5",
        "0o17|15",
        "0x_f|15",
        "1_000|1000",
        "0_0|0",
        "000|0",
        "0000000000000000000000000000000000000000000000000000000000000000000000000001|1",
        "9223372036854775807|9223372036854775807",
        "9223372036854775808|9223372036854775808",
        "-9223372036854775808|-9223372036854775808",
        "0x8000000000000000|9223372036854775808",
        "12\\0rest|12",
        "\\0|0",
        "\\0\\0|False",
      })
  void intIsReadInTheBaseOfItsPrefix(String text, String value) throws Exception {
    assertThat(load("I", text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "-", "+", "--1", "- 1", "1 2", "08", "0x", "0b2", "0o8", "_1", "1_", "1__0",
        "0x__1", "0_1", "1L", "1.0", "ten", "\\262", "\\2051", "1e3"
      })
  void whatIsNoIntegerIsMalformed(String text) {
    assertThatThrownBy(() -> load("I", text)).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "0L|0",
        "01|",
        "00L|0",
        "-12L|-12",
        "12|12",
        "12\\0L|12",
        "0x10L|16",
        "0b11L|3",
        "0o17L|15",
        "1_0L|10",
        " 5 L|5",
        "L|",
        "LL|",
        "5LL|",
        "010L|",
        "119547037146038801333356L|119547037146038801333356",
        "-0xffffffffffffffffffffL|-1208925819614629174706175",
      })
  void longHasAnLorNone(String text, String value) throws Exception {
    if (value == null) {
      assertThatThrownBy(() -> load("L", text)).isInstanceOf(MalformedException.class);
    } else {
      assertThat(load("L", text)).isEqualTo(value);
    }
  }

  @Test
  void decimalTextHasAsManyDigitsAsPythonTakes() throws Exception {
    assertThat(load("L", "9".repeat(4300))).hasSize(4300);
    assertThatThrownBy(() -> load("L", "9".repeat(4301)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("4300 digits");
  }

  @Test
  void textInAPowerOfTwoTakesTimeThatGrowsWithItsLength() {
    String digits = "f".repeat(8_000_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThat(PlainDomain.load("L0x" + digits + "L\n."))
                .isEqualTo(
                    new Value.BigInt(
                        BigInteger.ONE.shiftLeft(32_000_000).subtract(BigInteger.ONE))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.0|0.0",
        "-0.0|-0.0",
        "1|1.0",
        "1.|1.0",
        ".5|0.5",
        "-.5e3|-500.0",
        "+1E5|100000.0",
        "1.0e0005|100000.0",
        "nan|NaN",
        "-NaN|NaN",
        "inf|Infinity",
        "-Infinity|-Infinity",
        "+INF|Infinity",
        "1e-400|0.0",
        "1.7976931348623157e308|1.7976931348623157E308",
        "4.9e-324|4.9E-324",
        "1.5\\0rest|1.5",
      })
  void floatIsReadAsPythonWritesIt(String text, String value) throws Exception {
    assertThat(load("F", text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "1e", "1e+", "1_0", " 1", "1 ", "0x10", "0x1p3", "1f", "1d", "1e400", "infinit",
        "nan(1)", "NaNs", "\\0", "+", "\\262"
      })
  void whatIsNoFloatIsMalformed(String text) {
    assertThatThrownBy(() -> load("F", text)).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K\\377|255",
        "M\\377\\377|65535",
        "J\\377\\377\\377\\377|-1",
        "J\\0\\0\\0\\200|-2147483648",
        "\\212\\0|0",
        "\\212\\1\\377|-1",
        "\\212\\2\\377\\0|255",
        "\\212\\10\\0\\0\\0\\0\\0\\0\\0\\200|-9223372036854775808",
        "\\212\\11\\0\\0\\0\\0\\0\\0\\0\\200\\0|9223372036854775808",
        "\\213\\1\\0\\0\\0\\5|5",
        "\\213\\0\\0\\0\\0|0",
        "G?\\360\\0\\0\\0\\0\\0\\0|1.0",
        "G\\177\\370\\0\\0\\0\\0\\0\\0|NaN",
        "N|None",
        "\\210|True",
        "\\211|False",
      })
  void binaryNumbers(String opcode, String value) throws Exception {
    assertThat(Repr.of(PlainDomain.load(opcode.translateEscapes() + "."))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\212\\5\\1\\2",
        "\\213\\377\\377\\377\\177\\1",
        "\\213\\377\\377\\377\\377\\1",
        "\\213\\0\\0\\0\\200\\1",
      })
  void aLengthThatLiesIsMalformed(String opcode) {
    assertThatThrownBy(() -> PlainDomain.load(opcode.translateEscapes() + "."))
        .isInstanceOf(MalformedException.class);
  }
}
