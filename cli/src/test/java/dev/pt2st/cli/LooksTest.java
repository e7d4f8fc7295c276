package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people see: examples in the help, colours where they are wanted, long texts folded. */
class LooksTest {
  private static final String ESCAPE = "\u001b[";

  @TempDir Path temporary;

  private String printed(Map<String, String> environment, boolean isTerminal, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(stream, stream, isTerminal, isTerminal, 80).withEnvironment(environment);
    Main.run(terminal, Stream.of(args).map(Object::toString).toArray(String[]::new));
    return out.toString(StandardCharsets.UTF_8);
  }

  static Stream<Arguments> commands() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    return Stream.of(
        Arguments.of((Object) new Object[] {"convert", "--help"}),
        Arguments.of((Object) new Object[] {"--help"}),
        Arguments.of((Object) new Object[] {"scan", Samples.checkpoint("zip_basic.pt")}),
        Arguments.of((Object) new Object[] {"no-command", folder}));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void nothingIsColouredWhereItIsNotWanted(Object[] args) {
    assertThat(printed(Map.of("TERM", "xterm", "NO_COLOR", "1"), true, args))
        .doesNotContain(ESCAPE);
    assertThat(printed(Map.of("TERM", "dumb"), true, args)).doesNotContain(ESCAPE);
    assertThat(printed(Map.of("TERM", "xterm"), false, args)).doesNotContain(ESCAPE);
  }

  @Test
  void resultsAreColouredOnATerminal() throws IOException {
    Map<String, String> environment = Map.of("TERM", "xterm");
    Path input = Files.copy(Samples.checkpoint("zip_basic.pt"), temporary.resolve("a.pt"));
    Path output = temporary.resolve("out.safetensors");
    assertThat(printed(environment, true, "convert", input, output, "--verify"))
        .contains(ESCAPE + "32mverified" + ESCAPE + "0m: read back");
    assertThat(printed(environment, true, "migrate", temporary))
        .contains(ESCAPE + "32mconverted    " + ESCAPE + "0m  a.pt → a.safetensors");
    assertThat(printed(environment, true, "verify", input, output)).contains(ESCAPE + "32m");
    assertThat(printed(environment, true, "convert", "--help")).contains(ESCAPE);
  }

  @ParameterizedTest
  @CsvSource({"xterm, true", "dumb, false", "'', false"})
  void nothingIsDrawnOnATerminalThatCannot(String term, boolean draws) {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, true, true, 80);
    assertThat(terminal.withEnvironment(Map.of("TERM", term)).draws()).isEqualTo(draws);
  }

  static Stream<String> names() {
    return Main.commandLine(Run.terminal(), "").getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theHelpOfACommandEndsWithTwoExamples(String command) {
    List<String> lines = Run.of(command, "--help").outLines();
    List<String> last = lines.subList(lines.size() - 3, lines.size());
    assertThat(last.getFirst()).isEqualTo("Examples:");
    assertThat(last.subList(1, 3)).allMatch(line -> line.startsWith("  pt2st " + command + " "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"architectures\": [\"Bert\"], \"model_type\": \"bert\"} | a model's config.json",
        "{\"peft_type\": \"LORA\"} | the configuration of an adapter",
        "{\"a\": 1} | as it has no \"weight_map\"; name",
      })
  void jsonThatIsNoIndexIsSaidToBeThat(String json, String what) throws IOException {
    Path file = Files.writeString(temporary.resolve("config.json"), json);
    for (String command : List.of("inspect", "convert")) {
      Run run = Run.of(command, file);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("this is JSON, but not an index of shards").contains(what);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {240, 241, 100_000})
  void aLongTextIsFolded(int length) {
    Path output = temporary.resolve("out.safetensors");
    Path input = Samples.checkpoint("zip_basic.pt");
    Run.done(input, output, "--metadata", "picture=" + "x".repeat(length));
    String line =
        Run.of("inspect", output).outLines().stream()
            .filter(each -> each.startsWith("picture"))
            .findFirst()
            .orElseThrow();
    assertThat(line.contains("… (")).isEqualTo(length > 240);
    assertThat(line).hasSizeLessThan(260);
    assertThat(Run.of("inspect", "--json", output).out()).contains("x".repeat(length));
  }
}
