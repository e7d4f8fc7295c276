package dev.pt2st.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Value;
import dev.pt2st.testing.Repr;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as values: what RFC 8259 allows and nothing more. */
class JsonValuesTest {
  private static final Place PLACE = Place.of(Path.of("x.pt2")).inEntry("config.json");

  private static Value read(String json, Limits limits) throws CheckpointException {
    byte[] bytes = json.getBytes(StandardCharsets.ISO_8859_1);
    return JsonValues.read(MemorySegment.ofArray(bytes), PLACE, new HeapBudget(limits));
  }

  private static Value read(String json) throws CheckpointException {
    return read(json, Limits.STANDARD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {}",
        "[] | []",
        " [ 1 , -2 , [ ] ] | [1, -2, []]",
        "{\"a\": {\"b\": [true, false, null]}, \"c\": \"\"} | {'a': {'b': [True, False, None]}, 'c': ''}",
        "\"\\u00e9\\u0041\" | '\u00e9A'",
        "9223372036854775807 | 9223372036854775807",
        "9223372036854775808 | 9223372036854775808",
        "1.5e3 | 1500.0",
        "null | None"
      })
  void isTheValueThatAPickleWouldHave(String json, String value) throws Exception {
    assertThat(Repr.of(read(json))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,",
        "[1,]",
        "{\"a\" 1}",
        "{'a': 1}",
        "{a: 1}",
        "{\"a\": 1,}",
        "{\"a\"}",
        "// no comment\n1",
        "NaN",
        "[Infinity]",
        "01",
        "+1",
        "\"\\x\"",
        "\"a\tb\"",
        "\"",
        "tru",
        "TRUE",
        "]",
        "{} x",
        "{} {}",
        "1 2",
        "\"\u00ff\u00fe\"",
        "\u0080\2N."
      })
  void whatIsNoJsonIsMalformed(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("x.pt2: config.json: the record is not valid JSON");
  }

  @Test
  void aKeyMayNotComeTwice() {
    assertThatThrownBy(() -> read("{\"a\": 1, \"b\": 2, \"a\": 3}"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the record has the key \"a\" twice");
  }

  @Test
  void aNumberOfVeryManyDigitsIsMalformed() {
    assertThatThrownBy(() -> read("1".repeat(401)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("a number of 401 digits");
  }

  @Test
  void containersMayBeNestedAThousandTimesAndNoMore() throws Exception {
    assertThat(read("[".repeat(1000) + "]".repeat(1000))).isNotNull();
    assertThatThrownBy(() -> read("[".repeat(1001) + "]".repeat(1001)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> read("[".repeat(1_000_000))).isInstanceOf(MalformedException.class);
  }

  @Test
  void valuesAreChargedFor() {
    String json = "[" + "[],".repeat(1000) + "1]";
    assertThatThrownBy(() -> read(json, Limits.STANDARD.with(Limit.HEAP_BYTES, 100_000)))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("Limit.HEAP_BYTES");
  }
}
