package dev.pt2st.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limits;
import dev.pt2st.testing.PlainDomain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values are shown as Python shows them, and no more of them is looked at than that. */
@Timeout(30)
class ValueTextTest {

  private static String text(String stream) throws Exception {
    return ValueText.of(PlainDomain.load(stream.translateEscapes(), Limits.STANDARD), 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "N.                               | None",
        "\\210.                           | True",
        "K\\7.                            | 7",
        "L123456789012345678901L\\n.      | 123456789012345678901",
        "F1e-7\\n.                        | 1e-07",
        "U\\2a\\n.                        | 'a\\n'",
        "C\\2a\\377.                      | b'a\\xff'",
        "\\226\\1\\0\\0\\0\\0\\0\\0\\0a.  | bytearray(b'a')",
        ").                               | ()",
        "K\\1\\205.                       | (1,)",
        "K\\1K\\2\\206.                   | (1, 2)",
        "](K\\1]e.                        | [1, []]",
        "}(U\\1aK\\1U\\1b}u.              | {'a': 1, 'b': {}}",
        "\\217(K\\1\\220.                 | {1}",
        "\\217.                           | set()",
        "(\\221.                          | frozenset()",
        "(K\\1\\221.                      | frozenset({1})",
        "czoo\\nNet\\n.                   | zoo.Net",
        "czoo\\nNet\\nK\\1\\205R.         | zoo.Net(1)",
        "czoo\\nNet\\n)\\201}U\\1aK\\1sb. | zoo.Net(){'a': 1}",
      })
  void asPythonShowsThem(String stream, String shown) throws Exception {
    assertThat(text(stream)).isEqualTo(shown);
  }

  @Test
  void aLongTextIsCut() throws Exception {
    String text = text("X\\350\\3\\0\\0" + "a".repeat(1000) + ".");
    assertThat(text).hasSize(100).startsWith("'aaa").endsWith("a…");
  }

  @Test
  void aListThatHoldsItselfEnds() throws Exception {
    assertThat(text("]q\\0h\\0a.")).isEqualTo("[".repeat(99) + "…");
  }

  @Test
  void deepNestingEnds() throws Exception {
    String stream = "]" + "]".repeat(100_000) + "a".repeat(100_000) + ".";
    assertThat(text(stream)).isEqualTo("[".repeat(99) + "…");
  }

  @Test
  void ofManyItemsOnlySoManyAreLookedAt() throws Exception {
    assertThat(text("](" + "K\\1".repeat(100_000) + "e."))
        .isEqualTo("[" + "1, ".repeat(33).substring(0, 98) + "…");
  }
}
