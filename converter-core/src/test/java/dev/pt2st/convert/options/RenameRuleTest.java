package dev.pt2st.convert.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A change of names does what {@code sed -E} does. */
class RenameRuleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "s/^module\\.// module.a.weight a.weight",
        "s/^module\\.// a.module.weight a.module.weight",
        "s/a/b/ aaa baa",
        "s/a/b/g aaa bbb",
        "s/A/b/ a a",
        "s/A/b/i a b",
        "s/A/b/gI aAa bbb",
        "s/(\\d+)\\.(\\d+)/\\2.\\1/ layer.1.2 layer.2.1",
        "s/l/<&>/g all a<l><l>",
        "s/l/\\&/ all a&l",
        "s/l/\\\\/ all a\\l",
        "s/(a)|(b)/[\\2]/g ab [][b]",
        "s|/|.|g a/b/c a.b.c",
        "s/\\//./g a/b a.b",
        "s#a#\\## a #",
        "s/x*/-/ abc -abc",
        "s/$/.weight/ a a.weight",
        "s/./X/g 🤗a XX"
      })
  void namesAreChanged(String rule, String name, String expected) {
    assertThat(RenameRule.parse(rule).apply(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "module., form",
    "s/a/b, form",
    "s/a, form",
    "s, form",
    "y/a/b/, form",
    "s\\a\\b\\, form",
    "s/a/b/x, flag 'x'",
    "s/a/\\1/, group 1",
    "s/(/b/, missing closing )",
    "s/(?=a)/b/, invalid",
    "s/(a)\\1/b/, invalid escape"
  })
  void otherTextsAreNoRules(String rule, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RenameRule.parse(rule))
        .withMessageContaining("\"" + rule + "\" is not a rename rule")
        .withMessageContaining(why);
  }

  /** A backtracking engine would take 2^50000 steps, or the whole stack. */
  @Test
  void noNameTakesLong() {
    RenameRule rule = RenameRule.parse("s/^(a|a)*(a*)*b$/x/");
    String name = "a".repeat(50_000) + "c";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> assertThat(rule.apply(name)).isEqualTo(name));
  }
}
