package dev.pt2st.scan.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON is read as Python's {@code json} and {@code base64} read it. */
class JsonContentTest {
  private static final String PICKLE = "800232";

  @TempDir Path folder;

  private static List<String> serialized(String text) {
    return JsonContent.serialized(text.getBytes(StandardCharsets.UTF_8)).stream()
        .map(HexFormat.of()::formatHex)
        .toList();
  }

  /** What {@code json.detect_encoding} finds, with a byte order mark and without one. */
  @ParameterizedTest
  @CsvSource({
    "UTF-8, ''",
    "UTF-16LE, ''",
    "UTF-16BE, ''",
    "UTF-16LE, fffe",
    "UTF-16BE, feff",
    "UTF-32LE, ''",
    "UTF-32BE, ''",
    "UTF-32LE, fffe0000",
    "UTF-32BE, 0000feff"
  })
  void aTextIsDecodedAsPythonDecodesIt(String charset, String mark) {
    for (String text : List.of("{\"a\": 1}", "{}", "7")) {
      byte[] bytes = text.getBytes(Charset.forName(charset));
      byte[] before = HexFormat.of().parseHex(mark);
      byte[] all = new byte[before.length + bytes.length];
      System.arraycopy(before, 0, all, 0, before.length);
      System.arraycopy(bytes, 0, all, before.length, bytes.length);
      assertThat(JsonContent.decode(all)).as(text).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\":serialized:\": \"gAIy\"}",
        "{\":serialized:\"  :\n\"gAIy\"}",
        "{\"\\u003aserialized:\": \"gAIy\"}",
        "{\":\\u0073erialized\\u003A\": \"gAIy\"}",
        "{\":serialized:\": \"\\u0067AIy\"}",
        "{\":serialized:\": \"gA\\nIy\"}",
        "{\":serialized:\": \"gA\\Iy\"}",
        "{\"a\": [1, {\"b\": {\":serialized:\": \"gAIy\"}}]}",
        "{\":serialized:\": [1, \"gAIy\"]}",
        "{\":serialized:\": {\"gAIy\": 1}}",
        "{\":serialized:\": [[], \"gAIy\"]}",
        "{\":serialized:\": 1, \":serialized:\": \"gAIy\"}",
        "{\"a\\\"\": 1, \":serialized:\": \"gAIy\"}",
        "{\"\\u00zz\": 1, \":serialized:\": \"gAIy\"}",
        "{\":serialized:\": \"gAIy"
      })
  void everyPickleUnderTheKeyIsFound(String text) throws IOException {
    assertThat(serialized(text)).containsExactly(PICKLE);
    assertThat(mayHavePickles(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"serialized\": \"gAIy\"}",
        "{\":serialized:\": [1], \"a\": \"gAIy\"}",
        "{\":serialized:\": {\"b\": []}, \"a\": [\"gAIy\"]}",
        "[\":serialized:\", \"gAIy\"]",
        "{\"a\": \":serialized:\", \"b\": \"gAIy\"}",
        "{\":serialized:\\u0000\": \"gAIy\"}",
        "{\":serialized:\": 7}"
      })
  void whatIsNotUnderTheKeyIsNotAPickle(String text) {
    assertThat(serialized(text)).filteredOn(PICKLE::equals).isEmpty();
  }

  /** An escape that is cut short by the end of the text stands for itself. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": \"\\u00", "{\"a\": \"\\", "{\"a\": \"\\u006"})
  void aTextThatBreaksOffIsReadToItsEnd(String text) {
    assertThat(serialized(text)).isEmpty();
  }

  @Test
  void theKeyIsFoundWhereverItStandsInALongText() throws IOException {
    int piece = 1 << 20;
    String key = "\":serialized:\": \"gAIy\"}";
    for (int at : List.of(piece - 20, piece - 8, piece - 1, piece, piece + 1)) {
      String text = "{" + " ".repeat(at - 1) + key;
      assertThat(mayHavePickles(text)).as("at " + at).isTrue();
    }
    assertThat(mayHavePickles("{" + " ".repeat(piece) + "}")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'{', true",
        "' \n\t\r{', true",
        "'', false",
        "' ', false",
        "'[{', false",
        "'x', false",
        "'\u0000{', false",
        "'\u00ff{', false"
      })
  void anObjectIsToldByItsFirstCharacter(String text, boolean isObject) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    try (MappedFile file = MappedFile.open(Files.write(folder.resolve("object"), bytes))) {
      assertThat(JsonContent.isObject(file)).isEqualTo(isObject);
    }
  }

  private boolean mayHavePickles(String text) throws IOException {
    try (MappedFile file = MappedFile.open(Files.writeString(folder.resolve("text"), text))) {
      return JsonContent.mayHavePickles(file);
    }
  }

  /** The answers are those of {@code base64.b64decode} of CPython 3.11. */
  @ParameterizedTest
  @CsvSource({
    "'gAJ9Lg==', '80027d2e'",
    "'gA J9Lg==', '80027d2e'",
    "'g-A_J9Lg==', '80027d2e'",
    "'gAJ9Lg==gAJ9Lg==', '80027d2e'",
    "'gAJ9Lg=x=', '80027d2e0c'",
    "'gAJ9', '80027d'",
    "'gA=J9Lg==', '80027d2e'",
    "'====gAJ9Lg==', '80027d2e'",
    "'gAJ9LgA=gAJ9', '80027d2e00'",
    "'/+8=', 'ffef'",
    "'AAAA/wD+AQ==', '000000ff00fe01'",
    "'AA==', '00'",
    "'AQI=', '0102'",
    "'', ''"
  })
  void base64IsDecodedAsPythonDoes(String text, String hex) {
    assertThat(HexFormat.of().formatHex(JsonContent.base64(text, true))).isEqualTo(hex);
  }

  /** Later versions of Python skip padding, and go on behind it (gh-145264). */
  @ParameterizedTest
  @CsvSource({
    "gAIy, 800232",
    "gA==IygA, 80023280",
    "=gA=Iy, 800232",
    "gAIygA==gAIy, 80023280080023",
    "'', ''"
  })
  void paddingMayBeSkipped(String text, String hex) {
    assertThat(HexFormat.of().formatHex(JsonContent.base64(text, false))).isEqualTo(hex);
  }
}
