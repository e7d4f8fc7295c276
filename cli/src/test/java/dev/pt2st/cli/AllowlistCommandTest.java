package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pt2st allowlist NAME}: the entries that people mean. */
class AllowlistCommandTest {
  @ParameterizedTest
  @CsvSource({
    "collections.OrderedDict, collections.OrderedDict",
    "torch.nn.Linear, torch.nn.modules.linear.Linear",
    "*.ordereddict, ",
    "*.OrderedDict, collections.OrderedDict",
    "ordereddict, collections.OrderedDict"
  })
  void aNameAPatternOrAPartOfIt(String asked, String found) {
    Run run = Run.of("allowlist", asked);
    if (found == null) {
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("nothing on the allowlist is named \"" + asked + "\"");
    } else {
      assertThat(run.code()).isZero();
      assertThat(run.outLines()).filteredOn(line -> !line.startsWith(" ")).containsExactly(found);
    }
  }

  @Test
  void withoutANameThereAreAll() {
    assertThat(Run.of("allowlist").outLines().size()).isGreaterThan(500);
    assertThat(Run.of("allowlist", "torch.nn.*").outLines().size())
        .isLessThan(Run.of("allowlist").outLines().size());
  }
}
