package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples, typed in from top to bottom, print what the README shows. */
class ReadmeIT {
  @TempDir Path temporary;

  @AfterEach
  void removeLinks() throws IOException {
    Launcher.removeLinks(temporary); // JUnit warns of those that lead out of its folder
  }

  @Test
  void theExamplesPrintWhatTheReadmeShows() throws Exception {
    for (String folder : List.of("cli", "samples")) {
      Files.createSymbolicLink(temporary.resolve(folder), Samples.root().resolve(folder));
    }
    assertThat(Readme.commands()).isNotEmpty();
    int last = 0;
    for (Readme.Command command : Readme.commands()) {
      Launcher.Ended ended =
          Launcher.run(temporary, "sh", "-c", "(exit " + last + "); " + command.line());
      last = ended.code();
      assertThat(ended.lines().stream().map(ReadmeIT::withoutTimes))
          .as(command.line())
          .containsExactlyElementsOf(
              command.output().stream().map(ReadmeIT::withoutTimes).toList());
    }
  }

  private static String withoutTimes(String line) {
    return line.replaceFirst(" in [0-9.]+ s \\([0-9.]+ [kMG]?B/s\\)$", " in some time");
  }
}
