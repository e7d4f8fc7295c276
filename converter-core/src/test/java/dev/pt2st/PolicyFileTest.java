package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.torch.Allowlist;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy file has exact names, each with a reason. */
class PolicyFileTest {
  @TempDir Path temporary;

  private PolicyFile read(String text) throws IOException {
    return PolicyFile.read(Files.writeString(temporary.resolve("policy.txt"), text));
  }

  @Test
  void namesAndReasonsAreRead() throws IOException {
    PolicyFile file =
        read("# ours\n\nlab.config.Train\ta dataclass of numbers\n  lab.data.Vocab    a dict  \n");
    assertThat(file.entries())
        .containsExactly(
            new PolicyFile.Entry("lab.config.Train", "a dataclass of numbers"),
            new PolicyFile.Entry("lab.data.Vocab", "a dict"));
  }

  @Test
  void justTheseNamesAreAccepted() throws IOException {
    Policy policy = Policy.STANDARD.allow(read("lab.Net reviewed\n"));
    assertThat(Allowlist.standing(new GlobalName("lab", "Net"), policy))
        .isEqualTo(GlobalStanding.ALLOWED);
    assertThat(Allowlist.standing(new GlobalName("lab", "Net.run"), policy))
        .isEqualTo(GlobalStanding.UNLISTED);
    assertThat(Allowlist.standing(new GlobalName("lab.Net", "run"), policy))
        .isEqualTo(GlobalStanding.UNLISTED);
    assertThat(Allowlist.standing(new GlobalName("torch", "Size"), policy))
        .isEqualTo(GlobalStanding.LISTED);
    Policy more = policy.allow("os.*").allow(read("lab.Other reviewed\n")).strict();
    assertThat(Allowlist.standing(new GlobalName("lab", "Net"), more))
        .isEqualTo(GlobalStanding.ALLOWED);
    assertThat(Allowlist.standing(new GlobalName("lab", "Other"), more))
        .isEqualTo(GlobalStanding.ALLOWED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lab.Net|line 1: there is no reason after the name lab.Net",
        "# x\\nlab.* all of it|line 2: a policy has exact names, not patterns such as lab.*",
        "*.Net all of them|line 1: a policy has exact names, not patterns such as *.Net",
        "?ab.Net a class|line 1: a policy has exact names, not patterns such as ?ab.Net",
        "Net a class|line 1: Net is not the name of a module and of something in it",
        "a.b c\\na.b d|line 2: the name a.b is there twice",
      })
  void aWrongLineIsNamed(String text, String problem) {
    assertThatThrownBy(() -> read(text.translateEscapes()))
        .isInstanceOf(FileSystemException.class)
        .hasMessageEndingWith(problem);
  }

  @Test
  void whatIsNoTextIsSaid() throws IOException {
    Path file = temporary.resolve("latin1");
    Files.write(file, "a.b \u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> PolicyFile.read(file)).hasMessageContaining("must be UTF-8");
    assertThatThrownBy(() -> PolicyFile.read(temporary.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
