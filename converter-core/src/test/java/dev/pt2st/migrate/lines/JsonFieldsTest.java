package dev.pt2st.migrate.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
  @Test
  void fieldsOfEachKindAreRead() {
    JsonFields fields =
        JsonFields.of(
            "{\"t\":\"x\",\"n\":-9223372036854775808,\"f\":true,\"o\":{\"t\":\"y\"},"
                + "\"os\":[{\"n\":1},{}],\"ts\":[\"a\",\"b\"]}");
    assertThat(fields.text("t")).isEqualTo("x");
    assertThat(fields.number("n")).isEqualTo(Long.MIN_VALUE);
    assertThat(fields.flag("f")).isTrue();
    assertThat(fields.object("o")).extracting(o -> o.text("t")).isEqualTo("y");
    assertThat(fields.objects("os")).extracting(o -> o.number("n")).containsExactly(1L, 0L);
    assertThat(fields.texts("ts")).containsExactly("a", "b");
  }

  @Test
  void whatIsNotThereIsEmpty() {
    JsonFields fields = JsonFields.of("{}");
    assertThat(fields.text("x")).isEmpty();
    assertThat(fields.number("x")).isZero();
    assertThat(fields.flag("x")).isFalse();
    assertThat(fields.object("x")).isNull();
    assertThat(fields.objects("x")).isEmpty();
    assertThat(fields.texts("x")).isEmpty();
  }

  /** A later version may write more. */
  @ParameterizedTest
  @ValueSource(strings = {"null", "1e99", "[1,[2,{}],null]", "{\"a\":{\"b\":[{}]}}", "[[[[[]]]]]"})
  void whatNobodyAsksForMayBeAnything(String value) {
    JsonFields fields = JsonFields.of("{\"other\":" + value + ",\"t\":\"x\"}");
    assertThat(fields.text("t")).isEqualTo("x");
    assertThatThrownBy(() -> fields.text("other")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "[]", "{", "{\"a\":\"b\"", "{\"a\":", "{'a':'b'}", "{\"a\":[\"b\"}"})
  void whatIsNoObjectOrCutShortIsRefused(String line) {
    assertThatThrownBy(() -> JsonFields.of(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void nestingIsBounded(String open) {
    String line = "{\"a\":" + open.repeat(1_000_000);
    assertThatThrownBy(() -> JsonFields.of(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsOfAnotherKindIsRefused() {
    JsonFields fields = JsonFields.of("{\"n\":1.5,\"t\":\"x\",\"l\":[1]}");
    assertThatThrownBy(() -> fields.number("n")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fields.number("t")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fields.texts("l")).isInstanceOf(IllegalArgumentException.class);
    assertThat(List.of("n", "l"))
        .allSatisfy(name ->
            assertThatThrownBy(() -> fields.flag(name))
                .isInstanceOf(IllegalArgumentException.class));
  }
}
