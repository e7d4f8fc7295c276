package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.cli.terminal.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a terminal obeys never gets from a file to the terminal: no colours, no moved cursor, no
 * title of the window, no turned direction of writing.
 */
class ControlCharactersTest {
  /** ESC, CR, a C1 control, a turn of direction, a line separator, an invisible one, BEL, NUL. */
  private static final String EVIL = "a\033[31m\rb\u009b2J\u202ec\u2028d\u200be\007\0\n";

  private static final String SHOWN =
      "a\\u001b[31m\\rb\\u009b2J\\u202ec\\u2028d\\u200be\\u0007\\u0000\\n";

  @TempDir Path temporary;

  private Path input;
  private Path output;

  @BeforeEach
  void write() throws IOException {
    input = temporary.resolve("in.pt");
    output = temporary.resolve("out.safetensors");
    new CheckpointWriter(2)
        .tensor(EVIL)
        .tensor("other")
        .object(EVIL + "object", EVIL, EVIL)
        .write(input);
  }

  static Stream<List<String>> runs() {
    return Stream.of(
        List.of(),
        List.of("--inert"),
        List.of("--inert", "--json"),
        List.of("--inert", "--dry-run"),
        List.of("--inert", "--dry-run", "--json"),
        List.of("--inert", "--shared", "drop"),
        List.of("--json"),
        List.of("--root", EVIL),
        List.of("--root", "other", "--strict"),
        List.of("--inert", "--max-names", "1"),
        List.of("--metadata", "no\033value"),
        List.of("--shared", "no\033value"),
        List.of("--no\033option"),
        List.of("third\033argument"));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void nothingPrintedIsObeyed(List<String> options) throws IOException {
    List<Object> args = new ArrayList<>(List.of("convert", input, output));
    args.addAll(options);
    assertHarmless(Run.of(args.toArray()));
    Files.deleteIfExists(output);
    assertHarmless(Run.onTerminal(100, args.toArray()));
  }

  @Test
  void theTableShowsThemAsEscapes() {
    assertThat(Run.convert(input, output, "--inert", "--dry-run").outLines())
        .anyMatch(line -> line.startsWith(SHOWN + " "));
  }

  @Test
  void theListOfGlobalsShowsThemAsEscapes() {
    assertThat(Run.convert(input, output, "--strict").err())
        .contains("  " + SHOWN + "." + SHOWN + ", ");
  }

  @Test
  void theSummaryShowsThemAsEscapes() {
    assertThat(Run.convert(input, output, "--inert").out()).contains(SHOWN + "object");
  }

  @Test
  void jsonHoldsThemAsEscapes() {
    Run run = Run.convert(input, output, "--inert", "--json");
    assertThat(run.json().getAsJsonArray("tensors").asList())
        .extracting(tensor -> tensor.getAsJsonObject().get("name").getAsString())
        .contains(EVIL);
  }

  static Stream<List<String>> inspections() {
    return Stream.of(
        List.of(),
        List.of("--json"),
        List.of("--tree"),
        List.of("--tree", "--json"),
        List.of("--pickle"),
        List.of("--pickle", "--json"),
        List.of("--no\033option"));
  }

  @ParameterizedTest
  @MethodSource("inspections")
  void nothingOfAnInspectionIsObeyed(List<String> options) {
    List<Object> args = new ArrayList<>(List.of("inspect", input));
    args.addAll(options);
    assertHarmless(Run.of(args.toArray()));
    assertHarmless(Run.onTerminal(100, args.toArray()));
  }

  @Test
  void jsonOfAnInspectionHoldsThemAsEscapes() {
    assertThat(Run.of("inspect", input, "--json").json().getAsJsonArray("tensors").asList())
        .extracting(tensor -> tensor.getAsJsonObject().get("name").getAsString())
        .contains(EVIL);
  }

  @Test
  void aFileNameIsShownSoToo() throws IOException {
    Path evil = Files.move(input, temporary.resolve("\033]0;title\007.pt"));
    assertHarmless(Run.convert(evil, output));
    assertHarmless(Run.convert(evil, output, "--inert"));
    assertHarmless(Run.convert(evil, output, "--inert"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain.weight_0   | plain.weight_0",
        "权重 é            | 权重 é",
        "👩‍🚀             | 👩‍🚀",
        "tab\\there       | tab\\there"
      })
  void whatDoesNoHarmIsShownAsItIs(String text, String shown) {
    assertThat(Printable.escape(text)).isEqualTo(shown);
  }

  @Test
  void halfOfAPairIsShownAsAnEscape() {
    assertThat(Printable.escape("\ud83d!")).isEqualTo("\\ud83d!");
    assertThat(Printable.escape("\udb40\udc41")).isEqualTo("\\U000e0041");
  }

  private static void assertHarmless(Run run) {
    assertThat(run.out() + run.err())
        .isNotEmpty()
        .doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029&&[^\\n]].*");
  }
}
