package dev.pt2st.scan.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The documentation shows the table that the program goes by. */
class FormatTableTest {
  private static List<String> table(String header) throws IOException {
    List<String> lines = Files.readAllLines(Corpus.root().resolve("docs/scan-formats.md"));
    int at = lines.indexOf(header);
    assertThat(at).isNotNegative();
    return lines.stream().skip(at + 2L).takeWhile(line -> line.startsWith("|")).toList();
  }

  @Test
  void knownFormatsAreThoseOfTheProgram() throws IOException {
    assertThat(table("| format | is checked | and |"))
        .isEqualTo(
            Arrays.stream(KnownFormat.values())
                .filter(format -> !format.checked().equals("the same"))
                .map(format ->
                    "| "
                        + format.kind()
                        + " | "
                        + format.checked()
                        + " | "
                        + (format.isWhole() ? "to the end" : "searched")
                        + " |")
                .toList());
  }

  @Test
  void unreadFormatsAreThoseOfTheProgram() throws IOException {
    assertThat(table("| format | why it is unknown |"))
        .isEqualTo(
            Arrays.stream(UnreadFormat.values())
                .map(format -> "| " + format.kind() + " | " + format.why() + " |")
                .distinct()
                .toList());
  }
}
