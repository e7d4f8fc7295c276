package dev.pt2st.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Numbers are those that CPython 3.11 makes of the same text or bytes. */
class PythonNumberTest {
  /** Stands for what is no number. */
  private static final long NONE = Long.MIN_VALUE;

  static final Arguments[] FIELDS = {
    Arguments.of("0000123\0", 83),
    Arguments.of("    123 ", 83),
    Arguments.of("77777777", 16_777_215),
    Arguments.of("123\0xyz9", 83),
    Arguments.of("\0\0\0\0\0\0\0\0", 0),
    Arguments.of("\00012     ", 0),
    Arguments.of("        ", 0),
    Arguments.of("12 \0    ", 10),
    Arguments.of("\t\r12\13\0  ", 10),
    Arguments.of("\34" + "12\37\0   ", 10),
    Arguments.of("\33" + "12\0    ", NONE),
    Arguments.of("1 2\0    ", NONE),
    Arguments.of("18\0     ", NONE),
    Arguments.of("0o17   \0", 15),
    Arguments.of("0O17\0   ", 15),
    Arguments.of("0o_7\0   ", 7),
    Arguments.of("0o\0     ", NONE),
    Arguments.of("1_2\0    ", 10),
    Arguments.of("1__2\0   ", NONE),
    Arguments.of("_12\0    ", NONE),
    Arguments.of("12_\0    ", NONE),
    Arguments.of("-12\0    ", -10),
    Arguments.of("+12\0    ", 10),
    Arguments.of("- 12\0   ", NONE),
    Arguments.of("-\0      ", NONE),
    Arguments.of("12\u00b2\0    ", NONE),
    Arguments.of("\u008512\0    ", NONE),
    Arguments.of("\u0080\0\0\0\0\0\1\2", 258),
    Arguments.of("\u0080\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", (1L << 56) - 1),
    Arguments.of("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe", -2),
    Arguments.of("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe\0", -512),
    Arguments.of("\u00ff\0\0\0\0\0\0\0", -(1L << 56)),
    // Longer than any file is as good as any other such number.
    Arguments.of("\u0080\1\0\0\0\0\0\0\0\0\0\0", PythonNumber.HUGE),
    Arguments.of("\u00ff\0\0\0\0\0\0\0\0\0\0\0", -PythonNumber.HUGE),
  };

  static final Arguments[] DECIMALS = {
    Arguments.of("12", 12),
    Arguments.of(" 12\n", 12),
    Arguments.of("\u008512\u00a0", 12),
    Arguments.of("\u2003 7", 7),
    Arguments.of("12\34", 12),
    Arguments.of("\u0663", 3),
    Arguments.of("1\u0661", 11),
    Arguments.of("1_\u0661", 11),
    Arguments.of("\ud835\udfd9", 1),
    Arguments.of("1_0", 10),
    Arguments.of("-0", 0),
    Arguments.of("-19", -19),
    Arguments.of("9".repeat(30), PythonNumber.HUGE),
    Arguments.of("-" + "9".repeat(30), -PythonNumber.HUGE),
    Arguments.of("0o17", NONE),
    Arguments.of("0x1", NONE),
    Arguments.of("1.0", NONE),
    Arguments.of("\u00b2", NONE),
    Arguments.of("+", NONE),
    Arguments.of("", NONE),
  };

  private static OptionalLong expected(long number) {
    return number == NONE ? OptionalLong.empty() : OptionalLong.of(number);
  }

  @ParameterizedTest
  @FieldSource("FIELDS")
  void aFieldOfAHeaderIsReadAsByNti(String field, long number) {
    byte[] bytes = ("7" + field + "7").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(PythonNumber.field(bytes, 1, field.length())).isEqualTo(expected(number));
  }

  @ParameterizedTest
  @FieldSource("DECIMALS")
  void aTextIsReadAsByInt(String text, long number) {
    assertThat(PythonNumber.decimal(text)).isEqualTo(expected(number));
  }
}
