package dev.pt2st.testing;

import java.util.List;

/**
 * What stands behind the opcodes of text, from the usual, which comes first, to what only one
 * reader may take.
 */
final class OddTexts {
  static final List<String> INTEGERS =
      List.of(
          "00",
          "01",
          "0",
          "1",
          "-0",
          "+5",
          "007",
          "08",
          "0x1F",
          "-0x10",
          "0o17",
          "0b101",
          "0x",
          "1_000",
          "0x_1",
          "_1",
          "1_",
          "1__0",
          " 12",
          "12 ",
          "",
          "1L",
          "12\0z",
          "1\r",
          "\t3",
          "٣",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "00 ",
          "000",
          "0_0",
          "1e3",
          "True",
          "+-1",
          "0X1f",
          "0B1",
          "0O7",
          "-01",
          "01L",
          "LL",
          "L");

  static final List<String> REALS =
      List.of(
          "1.5",
          "-0.0",
          "0",
          "inf",
          "-inf",
          "+inf",
          "Infinity",
          "nan",
          "-nan",
          "NaN",
          "1e400",
          "-1e400",
          "1e-400",
          "5e-324",
          "0x1p3",
          "1_0.5",
          ".5",
          "5.",
          ".",
          "",
          "e5",
          "1e",
          " 1.5",
          "1.5 ",
          "1d5",
          "1f",
          "1.5\0z",
          "1e+5",
          "1E-5",
          "infinit",
          "123456789012345678901234567890",
          "0.1",
          "2.2250738585072011e-308",
          "1.7976931348623159e308",
          "+.5e1",
          "--1");

  static final List<String> STRINGS =
      List.of(
          "'a'",
          "\"a\"",
          "''",
          "'",
          "a",
          "'a\"",
          "'it\\'s'",
          "'\\x41'",
          "'\\x4'",
          "'\\101\\0'",
          "'\\q'",
          "'\\\\'",
          "'\\'",
          "'\\n\\t'",
          "'a' ",
          " 'a'",
          "'é'",
          "'\\xe9'",
          "'\\777'",
          "'a'b'",
          "'\\u0041'",
          "'\\\n'");

  static final List<String> UNICODES =
      List.of(
          "a",
          "",
          "é",
          "\\u0041",
          "\\u004",
          "\\U0001F600",
          "\\U00110000",
          "\\ud800",
          "\\x41",
          "\\",
          "\\\\u0041",
          "\\\\",
          "\\u00zz",
          "\\N{DASH}",
          "a\\",
          "\\U0001f60");

  static final List<String> INDICES =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "7",
          "300",
          "-1",
          " 1",
          "1 ",
          "+1",
          "01",
          "1_0",
          "x",
          "",
          "0x1",
          "1L",
          "99999999999999999999",
          "1\0x");

  static final List<String> NAMES =
      List.of(
          "os",
          "system",
          "torch._utils",
          "a.b",
          "",
          "__builtin__",
          "é",
          "a b",
          "copy_reg",
          "\0",
          "_reconstructor",
          "x".repeat(40));

  static final List<String> PYTHON2 = List.of("a", "", "é", "\u00c3\u00a9", "\0", "ab");

  private OddTexts() {}
}
