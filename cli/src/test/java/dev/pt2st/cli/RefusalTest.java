package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused gets an exit code and a sentence, and leaves nothing behind. */
class RefusalTest {
  @TempDir Path temporary;

  static Stream<String> refused() {
    return Samples.refused();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aCheckpointThatMustBeRefused(String name) {
    assertRefused(Samples.checkpoint(name));
  }

  static Stream<String> hostile() {
    return Samples.hostileWithVerdict();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void anAttack(String name) {
    assertRefused(Samples.hostile(name));
  }

  static Stream<String> hostileToTheReader() {
    return Samples.hostileToTheReader();
  }

  @ParameterizedTest
  @MethodSource("hostileToTheReader")
  void anAttackOnTheReaderEndsWithAnOrdinaryExitCode(String name) {
    Run run = Run.convert(Samples.hostile(name), temporary.resolve("out.safetensors"));
    assertThat(run.code()).isIn(0, 1, 3);
    assertThat(run.err()).doesNotContain("internal error", "\tat ");
  }

  /** What a strict conversion refuses: without that option, a class that is only named is data. */
  private void assertRefused(Path input) {
    Run run = Run.convert(input, temporary.resolve("out.safetensors"), "--strict");
    assertThat(run.code()).isIn(1, 3);
    assertThat(run.out()).isEmpty();
    // What is wrong is that file, or a member of it.
    assertThat(run.errLines().getFirst()).matches(Pattern.quote("pt2st: " + input) + "(!.+)?: .+");
    // Of what would run code nothing is proposed that accepts it.
    boolean isAttack =
        run.err().contains("this is an attack") || run.err().contains("do not load this file");
    assertThat(run.errLines().stream().skip(1))
        .allMatch(line -> isAttack ? line.contains(" at " + input) : line.contains(": --allow "));
    assertThat(run.err().contains("--allow") && isAttack).isFalse();
    assertThat(run.errLines().size() > 1)
        .isEqualTo(isAttack || run.err().contains("not on the allowlist"));
    assertThat(run.err()).doesNotContain("internal error", "Exception");
    assertThat(temporary).isEmptyDirectory();
  }
}
