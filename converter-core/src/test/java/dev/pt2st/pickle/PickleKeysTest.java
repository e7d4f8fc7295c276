package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.Repr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are equal just where Python's are. */
class PickleKeysTest {

  private static Value load(String stream) throws Exception {
    return PlainDomain.load(stream.translateEscapes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K\\1                 | G?\\360\\0\\0\\0\\0\\0\\0",
        "K\\1                 | \\210",
        "K\\0                 | \\211",
        "K\\0                 | G\\200\\0\\0\\0\\0\\0\\0\\0",
        "\\212\\12\\0\\0\\0\\0\\0\\0\\0\\0\\1\\0 | GC\\360\\0\\0\\0\\0\\0\\0",
        "X\\1\\0\\0\\0a       | U\\1a",
        "C\\1a                | B\\1\\0\\0\\0a",
        "K\\1\\205            | \\210\\205",
        "N\\205               | N\\205",
        "(K\\1K\\2\\221       | (K\\2\\210\\221",
        "(K\\1\\205\\221      | (\\210\\205\\221",
        "(\\221               | (\\221",
        "cm\\nn\\n            | cm\\nn\\n",
        "GG\\357\\377\\377\\377\\377\\377\\377 | GG\\357\\377\\377\\377\\377\\377\\377",
        "G\\177\\360\\0\\0\\0\\0\\0\\0 | Finf\\n",
      })
  void theSameKeyTwiceIsOneItem(String one, String other) throws Exception {
    DictValue dict = (DictValue) load("}(" + one + "K\\5" + other + "K\\6u.");
    assertThat(dict.entries()).hasSize(1);
    // The key that was there stays, and gets the new value.
    assertThat(Repr.of(dict)).isEqualTo('{' + Repr.of(load(one + ".")) + ": 6}");
    assertThat(((SetValue) load("(" + one + other + "\\221.")).items()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K\\1                 | X\\1\\0\\0\\0\\061",
        "X\\1\\0\\0\\0a       | C\\1a",
        "N                    | \\211",
        "Fnan\\n              | Fnan\\n",
        "Finf\\n              | F-inf\\n",
        "F0.5\\n              | F0.25\\n",
        "K\\1                 | K\\1\\205",
        "(K\\1\\221           | K\\1\\205",
        "cm\\nn\\n)\\201      | cm\\nn\\n)\\201",
        "cm\\nn\\n            | cm\\no\\n",
      })
  void otherKeysAreTwo(String one, String other) throws Exception {
    DictValue dict = (DictValue) load("}(" + one + "K\\5" + other + "K\\6u.");
    assertThat(dict.entries()).hasSize(2);
  }

  @Test
  void aNanIsEqualToItself() throws Exception {
    assertThat(((DictValue) load("}(Fnan\\nq\\0K\\5h\\0K\\6u.")).entries()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "]",
        "}",
        "\\217",
        "]\\205",
        "(}\\221",
        "]\\205\\205",
        "\\226\\0\\0\\0\\0\\0\\0\\0\\0",
        "(]\\205\\221"
      })
  void mutableKindsAreNoKeys(String key) {
    for (String stream :
        new String[] {
          "}" + key + "Ns.", "(" + key + "Nd.", "\\217(" + key + "\\220.", "(" + key + "\\221."
        }) {
      assertThatThrownBy(() -> load(stream))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("of a kind that cannot be one");
    }
  }

  @Test
  void keysOfKeysOfKeysAreBounded() {
    // 200 frozen sets inside one another, and 60 doublings of a tuple and of a frozen set.
    String nested = "(".repeat(200) + "N" + "\u0091".repeat(200) + ".";
    String tuples = "}N" + "2\u0086".repeat(60) + "Ns.";
    StringBuilder sets = new StringBuilder("(N\u0091");
    for (int i = 0; i < 60; i++) {
      char at = (char) i;
      sets.append('q').append(at).append("0(h").append(at).append("K\1\u0086h").append(at);
      sets.append("K\2\u0086\u0091");
    }
    for (String stream : new String[] {nested, tuples, sets + "."}) {
      assertThatThrownBy(() -> PlainDomain.load(stream)).isInstanceOf(MalformedException.class);
    }
  }
}
