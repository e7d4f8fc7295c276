package dev.pt2st.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.testing.PlainDomain;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A long text that may stand for bytes is left in the stream; it reads as any other. */
class LongTextTest {
  /** What a pickle of the limit below may hold besides its texts. */
  private static final Limits LITTLE_HEAP = Limits.STANDARD.with(Limit.HEAP_BYTES, 4096);

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] i32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** BINUNICODE, as {@code _codecs.encode} of protocols 1 and 2 has it. */
  private static byte[] binary(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return join(ascii("X"), i32(utf8.length), utf8, ascii("."));
  }

  /** UNICODE, with the escapes that CPython's pickler writes in protocol 0. */
  private static byte[] escaped(String text) {
    StringBuilder line = new StringBuilder("V");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = c == '\\' || c == '\n' || c == 0 || c == '\r' || c == 0x1a;
      line.append(escape ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return ascii(line + "\n.");
  }

  /** STRING, as Python 2 writes a {@code str} in protocol 0: its {@code repr}. */
  private static byte[] literal(byte[] bytes) {
    StringBuilder line = new StringBuilder("S'");
    for (byte b : bytes) {
      int c = b & 0xff;
      line.append(
          switch (c) {
            case '\\', '\'' -> "\\" + (char) c;
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            default ->
                c >= ' ' && c < 0x7f ? String.valueOf((char) c) : String.format("\\x%02x", c);
          });
    }
    return ascii(line + "'\n.");
  }

  static Stream<Arguments> written() {
    return Stream.of(1024, 1025, 65_535, 65_536, 65_537, 200_000)
        .flatMap(length -> {
          byte[] bytes = random(length);
          String text = new String(bytes, ISO_8859_1);
          return Stream.of(
              Arguments.of("BINUNICODE " + length, binary(text), bytes),
              Arguments.of("UNICODE " + length, escaped(text), bytes),
              Arguments.of("STRING " + length, literal(bytes), bytes),
              Arguments.of(
                  "BINSTRING " + length, join(ascii("T"), i32(length), bytes, ascii(".")), bytes));
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("written")
  void itStandsForItsBytesAndTakesNoHeap(String name, byte[] stream, byte[] bytes)
      throws Exception {
    Value.Text text = (Value.Text) PlainDomain.load(stream, LITTLE_HEAP);
    Value.Bytes latin1 = text.latin1();
    assertThat(latin1).isNotNull();
    assertThat(latin1.size()).isEqualTo(bytes.length);
    assertThat(latin1.value().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
    assertThat(text.value()).isEqualTo(new String(bytes, ISO_8859_1));
  }

  @Test
  void otherCharactersAreReadAsBefore() throws Exception {
    for (String odd : new String[] {"\u0100", "€", "😀", "\ud800"}) {
      String text = "é".repeat(2000) + odd + "a";
      byte[] utf8 =
          odd.equals("\ud800")
              ? join("é".repeat(2000).getBytes(UTF_8), ascii("\u00ed\u00a0\u0080a"))
              : text.getBytes(UTF_8);
      Value.Text read =
          (Value.Text)
              PlainDomain.load(
                  join(ascii("X"), i32(utf8.length), utf8, ascii(".")), Limits.STANDARD);
      assertThat(read.value()).isEqualTo(text);
      assertThat(read.latin1()).isNull();
    }
    assertThat(((Value.Text) PlainDomain.load("V" + "a".repeat(2000) + "\\u20ac\n.")).value())
        .isEqualTo("a".repeat(2000) + "€");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c2", "\u00c0\u0080", "\u00c3a", "\u00e2\u0082"})
  void bytesThatAreNoUtf8AreMalformed(String bytes) {
    byte[] utf8 = ascii("a".repeat(2000) + bytes);
    assertThatThrownBy(() ->
            PlainDomain.load(join(ascii("X"), i32(utf8.length), utf8, ascii(".")), Limits.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("not valid UTF-8");
  }

  @Test
  void asKeyItEqualsAShortTextOfTheSameCharacters() throws Exception {
    String key = "é".repeat(1500);
    byte[] one = binary(key);
    byte[] other = ascii("V" + key + "\n");
    DictValue dict =
        (DictValue)
            PlainDomain.load(
                join(
                    ascii("}("),
                    Arrays.copyOf(one, one.length - 1),
                    ascii("K\1"),
                    other,
                    ascii("K\2u.")),
                Limits.STANDARD);
    assertThat(dict.size()).isEqualTo(1);
    assertThat(dict.get(key)).isEqualTo(new Value.Int(2));
  }

  /** A key is read as a whole each time, so it is charged for each time. */
  @Test
  void aLongKeyThatIsPutAgainAndAgainIsCharged() {
    StringBuilder stream = new StringBuilder("}q\0V" + "a".repeat(100_000) + "\nq\1");
    stream.append("0").append("h\1Ns".repeat(1000)).append('.');
    assertThatThrownBy(() ->
            PlainDomain.load(stream.toString(), Limits.STANDARD.with(Limit.HEAP_BYTES, 10 << 20)))
        .isInstanceOf(LimitException.class);
  }
}
