package dev.pt2st.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "models/a.pt, models/a.pt",
        "--allow=zoo.*, '--allow=zoo.*'",
        "it's, 'it'\\''s'",
        "a b, 'a b'",
        "$(id), '$(id)'",
        "\"\", ''",
        "m\u00e8, 'm\u00e8'"
      })
  void aTextIsOneWord(String text, String word) {
    assertThat(ShellWord.of(text)).isEqualTo(word);
  }

  @Test
  void aFileIsNoOption() {
    assertThat(ShellWord.file("-rf")).isEqualTo("./-rf");
    assertThat(ShellWord.line(List.of("scan", "a b"))).isEqualTo("scan 'a b'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\u001b[31m", "\n", "x\u202ey", "\u00a0'\\", "tab\t1", "\u200d", "\u3164 0"})
  void aShellReadsBackWhatCannotBeSeen(String text) throws Exception {
    String word = ShellWord.of(text);
    assertThat(word).matches("\\$'[ -~]*'");
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    Process bash = new ProcessBuilder("/bin/bash", "-c", "printf %s " + word).start();
    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(text);
    assertThat(bash.waitFor()).isZero();
  }
}
