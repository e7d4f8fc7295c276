package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyTest {
  @Test
  void theLinesSayAllInAnOrderOfTheirOwn() {
    PolicyFile file = new PolicyFile(List.of(new PolicyFile.Entry("x.Y", "a\tb\\c")));
    Policy policy = Policy.STANDARD.allow("zoo.*").allow(file).allow("a.b").allowAll();
    assertThat(policy.strict().lines())
        .containsExactly("allow\ta.b", "allow\tzoo.*", "inert", "list\tx.Y\ta\\tb\\\\c", "strict");
    assertThat(Policy.STANDARD.lines()).isEmpty();
    assertThat(Policy.STANDARD.allow("b").allow("a").allow("a").lines())
        .isEqualTo(Policy.STANDARD.allow("a").allow("b").lines());
  }

  @Test
  void aPolicyIsMadeOfItsLines() {
    PolicyFile file = new PolicyFile(List.of(new PolicyFile.Entry("x.Y", "a\tb\\c\nd\re")));
    Policy policy = Policy.STANDARD.allow("zoo.*").allow(file).allow("a\\*b").allowAll().strict();
    Policy again = Policy.ofLines(policy.lines());
    assertThat(again.lines()).isEqualTo(policy.lines());
    assertThat(again.acceptance("x.Y")).isEqualTo(policy.acceptance("x.Y"));
    assertThat(Policy.ofLines(List.of()).lines()).isEmpty();
    for (String line : new String[] {"", "allow", "allow\ta\tb", "list\ta", "inert\tx", "Strict"}) {
      assertThatThrownBy(() -> Policy.ofLines(List.of(line)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** A name as somebody gives it cannot pass for a line of its own. */
  @Test
  void aFieldIsOneField() {
    assertThat(Policy.STANDARD.allow("a\nlist\tos.system\tok").lines())
        .containsExactly("allow\ta\\nlist\\tos.system\\tok");
  }
}
