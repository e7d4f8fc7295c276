package dev.pt2st.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.Repr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are read as CPython 3.11 reads them, whose answers these tables hold. */
class PickleTextTest {

  private static String textOf(String stream) throws Exception {
    return ((Value.Text) PlainDomain.load(stream)).value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'abc'|abc",
        "\"abc\"|abc",
        "''|``",
        "'it''s'|it''s",
        "'a\\\\b'|a\\b",
        "'\\''|'",
        "'\\\"'|\"",
        "'\\x41\\x62'|Ab",
        "'\\101\\1018'|AA8",
        "'\\q\\z'|\\q\\z",
        "'\\N{x}\\u0041'|\\N{x}\\u0041",
        "'\\xc3\\xa9'|é",
      })
  void stringIsAQuotedLiteral(String literal, String text) throws Exception {
    assertThat(textOf("S" + literal + "\n.")).isEqualTo(text);
  }

  @Test
  void stringHasTheControlCharactersOfC() throws Exception {
    assertThat(textOf("S'\\a\\b\\f\\n\\r\\t\\v\\0\\7'\n."))
        .isEqualTo("\u0007\b\f\n\r\t\u000b\0\u0007");
    assertThat(((Value.Text) PlainDomain.load("S'\\400\\777'\n.")).value()).isEqualTo("\0\u00ff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'", "abc", "'abc", "abc'", "'abc\"", " 'abc'", "'abc' ", "'abc'\r"})
  void whatIsNotQuotedIsMalformed(String literal) {
    assertThatThrownBy(() -> PlainDomain.load("S" + literal + "\n."))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("not quoted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'\\x4'", "'\\x'", "'\\xg0'", "'\\x4\u00e9'", "'abc\\'"})
  void anEscapeThatIsNoneIsMalformed(String literal) {
    assertThatThrownBy(() -> PlainDomain.load("S" + literal + "\n."))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aPython2StringIsUtf8OrElseLatin1AndKeepsItsBytes() throws Exception {
    Value.Text utf8 = (Value.Text) PlainDomain.load("U\2\u00c3\u00a9.");
    assertThat(utf8.value()).isEqualTo("é");
    assertThat(utf8.python2()).isNotNull();
    assertThat(textOf("U\2\u00e9A.")).isEqualTo("éA");
    assertThat(textOf("T\2\0\0\0\u00e9A.")).isEqualTo("éA");
    assertThat(textOf("S'\\xe9A'\n.")).isEqualTo("éA");
    assertThat(utf8).isEqualTo(new Value.Text("é"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "abc|abc",
        "\\u0041\\u00e9|Aé",
        "\\U0001f600|😀",
        "\\\\u0041|\\\\u0041",
        "a\\|a\\",
        "\\x41\\n|\\x41\\n",
        "'quoted'|'quoted'",
      })
  void unicodeHasTwoKindsOfEscapes(String raw, String text) throws Exception {
    assertThat(textOf("V" + raw + "\n.")).isEqualTo(text);
  }

  @Test
  void unicodeIsLatin1OutsideOfEscapes() throws Exception {
    assertThat(textOf("V\u00e9\u00ff\n.")).isEqualTo("éÿ");
    assertThat(textOf("V\\ud800\n.")).isEqualTo("\ud800");
    assertThat(textOf("V\n.")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u", "\\u12", "\\u12g4", "\\U0011000", "\\U00110000", "\\Uffffffff"})
  void aUnicodeEscapeThatIsNoneIsMalformed(String raw) {
    assertThatThrownBy(() -> PlainDomain.load("V" + raw + "\n."))
        .isInstanceOf(MalformedException.class);
  }

  private static String latin1OfUtf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void binaryTextIsUtf8() throws Exception {
    String bytes = latin1OfUtf8("é😀");
    assertThat(textOf("X\6\0\0\0" + bytes + ".")).isEqualTo("é😀");
    assertThat(textOf("\u008c\6" + bytes + ".")).isEqualTo("é😀");
    assertThat(textOf("\u008d\6\0\0\0\0\0\0\0" + bytes + ".")).isEqualTo("é😀");
    // The replacement character itself is a character as any other.
    assertThat(textOf("\u008c\3" + latin1OfUtf8("\ufffd") + ".")).isEqualTo("\ufffd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "V\\ud83d\\ude00\n.",
        "\u008c\6\u00ed\u00a0\u0080\u00ed\u00b0\u0080.",
      })
  void twoHalvesOfACharacterAreNone(String stream) {
    assertThatThrownBy(() -> textOf(stream))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("two halves");
  }

  @Test
  void surrogatesAreLetThrough() throws Exception {
    assertThat(textOf("\u008c\5a\u00ed\u00a0\u0080b.")).isEqualTo("a\ud800b");
    assertThat(textOf("\u008c\6\u00ed\u00bf\u00bf\u00ed\u00a0\u0080.")).isEqualTo("\udfff\ud800");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ff",
        "\u0080",
        "\u00c0\u0080",
        "\u00c3",
        "\u00e2\u0082",
        "\u00ed\u00a0",
        "\u00f4\u0090\u0080\u0080",
        "\u00e2\u00ed\u00a0\u0080",
        "\u00ed\u00a0\u0080\u00ff",
      })
  void otherBytesAreNoUtf8(String bytes) {
    String stream = "\u008c" + (char) bytes.length() + bytes + ".";
    assertThatThrownBy(() -> PlainDomain.load(stream))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("not valid UTF-8");
  }

  @Test
  void bytesAreTakenAsTheyAre() throws Exception {
    assertThat(Repr.of(PlainDomain.load("C\2\u00ff\n."))).isEqualTo("b'\u00ff\n'");
    assertThat(Repr.of(PlainDomain.load("B\1\0\0\0a."))).isEqualTo("b'a'");
    assertThat(Repr.of(PlainDomain.load("\u008e\1\0\0\0\0\0\0\0a."))).isEqualTo("b'a'");
    assertThat(Repr.of(PlainDomain.load("\u0096\1\0\0\0\0\0\0\0a."))).isEqualTo("bytearray(b'a')");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X\377\377\377\377a",
        "\215\0\0\0\0\0\1\0\0a",
        "\215\377\377\377\377\377\377\377\377a",
        "\215\377\377\377\377\377\377\377\177a",
        "B\377\377\377\377a",
        "\216\0\0\0\0\0\0\0\200a",
        "\226\377\377\377\377\377\377\377\177a",
        "T\377\377\377\377a",
        "U\2a",
        "C\2a",
      })
  void aLengthThatLiesIsMalformedBeforeAnythingIsAllocated(String stream) {
    assertThatThrownBy(() -> PlainDomain.load(stream))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more bytes");
  }
}
