package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/verify.md}, typed in from top to bottom, print what it shows. */
class VerifyDocumentIT {
  @TempDir Path temporary;

  @Test
  void theChainHoldsFromEndToEnd() throws Exception {
    assumeTrue(
        List.of(System.getenv("PATH").split(":", -1)).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl"))),
        "skipped: there is no openssl to make a key with");
    for (String folder : List.of("cli", "samples")) {
      Files.createSymbolicLink(temporary.resolve(folder), Samples.root().resolve(folder));
    }
    try {
      List<Readme.Command> commands = Readme.commands(Readme.textOf("docs/verify.md"));
      assertThat(commands).hasSizeGreaterThan(5);
      for (Readme.Command command : commands) {
        Launcher.Ended ended = Launcher.run(temporary, "sh", "-c", command.line());
        assertThat(ended.lines()).as(command.line()).isEqualTo(command.output());
      }
    } finally {
      Launcher.removeLinks(temporary);
    }
  }
}
