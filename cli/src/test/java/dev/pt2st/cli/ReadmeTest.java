package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.pt2st.Limit;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.RemedyText;
import dev.pt2st.scan.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The tables of the README and of docs say what the program does. */
class ReadmeTest {
  private static final String LAYOUTS = "| layout | read | samples |";

  @TempDir Path temporary;

  static Stream<Arguments> samples() {
    return Readme.table(LAYOUTS).stream()
        .flatMap(row -> Readme.code(row.get(2)).map(name -> Arguments.of(name, row.get(1))));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleIsReadAsTheTableSays(String name, String read) {
    Path input = Samples.checkpoint(name);
    Path output = temporary.resolve("out.safetensors");
    String[] withOption = Readme.code(read).findFirst().orElse("").split(" ");
    boolean reads = read.equals("yes");
    assertThat(read).matches("yes|no|not yet|with `--.*`");

    Run run = Run.convert(input, output);
    assertThat(run.code()).isIn(reads ? List.of(0) : List.of(1, 3));
    if (read.startsWith("with ")) {
      Object[] args = Stream.concat(Stream.of(input, output), Stream.of(withOption)).toArray();
      assertThat(Run.convert(args).code()).isZero();
    }
    assertThat(run.err().contains("not converted yet")).isEqualTo(read.equals("not yet"));
  }

  @Test
  void everySampleIsInTheTableOnce() {
    assertThat(samples().map(arguments -> (String) arguments.get()[0]))
        .containsExactlyInAnyOrderElementsOf(Samples.checkpoints());
  }

  @Test
  void theExitCodesAreThoseOfTheProgram() {
    assertThat(Readme.table("| code | meaning |"))
        .isEqualTo(
            Arrays.stream(ExitCode.values())
                .map(code -> List.of(String.valueOf(code.code()), code.meaning()))
                .toList());
  }

  @Test
  void theVerdictsAreThoseOfTheProgram() {
    assertThat(Readme.table("| verdict | means |"))
        .extracting(row -> row.getFirst())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Verdict.values()).map(verdict -> "`" + verdict.shown() + "`").toList());
  }

  @Test
  void everyAttackIsMetAndExplained() {
    List<String> samples =
        Stream.concat(Samples.hostileWithVerdict(), Samples.hostileToTheReader()).toList();
    assertThat(Readme.code(Readme.textOf("SECURITY.md"))).containsAll(samples);
    assertThat(Readme.code(Readme.textOf("samples/README.md"))).containsAll(samples);
  }

  @Test
  void everyShardedSampleIsExplained() {
    assertThat(Readme.code(Readme.textOf("samples/README.md")))
        .containsAll(Samples.sharded().map(folder -> folder.getFileName().toString()).toList());
  }

  @Test
  void everyLimitHasItsReason() {
    assertThat(Readme.textOf("SECURITY.md"))
        .contains(
            Arrays.stream(Limit.values())
                .map(limit -> "| `" + RemedyText.option(limit) + "` |")
                .toList());
  }

  @Test
  void theLimitsAreThoseOfTheProgram() {
    assertThat(Readme.table("| option | default | bounds |"))
        .isEqualTo(
            Arrays.stream(Limit.values())
                .map(limit ->
                    List.of(
                        "`" + RemedyText.option(limit) + "`",
                        String.valueOf(limit.standard()),
                        limit.meaning()))
                .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "convert, | option | does |",
    "attest, | attest option | does |",
    "inspect, | inspect option | does |",
    "sbom, | sbom option | does |",
    "scan, | scan option | does |"
  })
  void theOptionsAreThoseOfTheProgram(String command, String table) {
    CommandLine line = Main.commandLine(Run.terminal(), "").getSubcommands().get(command);
    List<String> elsewhere = new ArrayList<>(remoteOptions().keySet());
    Arrays.stream(Limit.values()).map(RemedyText::option).forEach(elsewhere::add);
    List<String> options =
        line.getCommandSpec().options().stream()
            .filter(option -> !option.usageHelp() && !option.versionHelp())
            .filter(option -> !elsewhere.contains(option.longestName()))
            .map(ReadmeTest::asWritten)
            .toList();
    assertThat(Readme.table(table))
        .extracting(row -> row.getFirst())
        .containsExactlyInAnyOrderElementsOf(options);
  }

  private static Map<String, OptionSpec> remoteOptions() {
    CommandSpec command = CommandSpec.create();
    new RemoteOptions().addTo(command);
    return command.optionsMap();
  }

  @Test
  void theOptionsOfTheNetworkAreThoseOfTheProgram() {
    assertThat(Readme.table("| network option | does |"))
        .extracting(row -> row.getFirst())
        .containsExactlyInAnyOrderElementsOf(
            remoteOptions().values().stream().map(ReadmeTest::asWritten).toList());
  }

  /** Beside those of a conversion; its patterns are for files, and not for tensors. */
  @Test
  void theOptionsOfAMigrationAreThoseOfTheProgram() {
    CommandSpec content = CommandSpec.create();
    ContentOptions shared = new ContentOptions();
    shared.addWithoutPatternsTo(content);
    shared.addSafetyTo(content);
    LimitOptions.addTo(content);
    CommandLine line = Main.commandLine(Run.terminal(), "migrate").getSubcommands().get("migrate");
    assertThat(Readme.table("| migrate option | does |"))
        .extracting(row -> row.getFirst())
        .containsExactlyInAnyOrderElementsOf(
            line.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .filter(option -> !content.optionsMap().containsKey(option.longestName()))
                .filter(option -> !remoteOptions().containsKey(option.longestName()))
                .map(ReadmeTest::asWritten)
                .toList());
  }

  /** Beside those of a conversion, which stand in one page. */
  @ParameterizedTest
  @CsvSource({"verify, | verify option | does |", "checksum, | checksum option | does |"})
  void theFurtherOptionsAreThoseOfTheProgram(String command, String table) {
    CommandSpec content = CommandSpec.create();
    new ContentOptions().addAllTo(content);
    CommandLine line = Main.commandLine(Run.terminal(), command).getSubcommands().get(command);
    List<OptionSpec> options = line.getCommandSpec().options();
    assertThat(options)
        .extracting(OptionSpec::longestName)
        .containsAll(content.optionsMap().keySet());
    assertThat(Readme.table(table))
        .extracting(row -> row.getFirst())
        .containsExactlyInAnyOrderElementsOf(
            options.stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .filter(option -> !content.optionsMap().containsKey(option.longestName()))
                .filter(option -> !remoteOptions().containsKey(option.longestName()))
                .map(ReadmeTest::asWritten)
                .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip_shared.pt",
        "zip_quantized.pt",
        "zip_module.pt",
        "bad_empty.pt",
        "zip_basic.pt"
      })
  void theMembersOfTheJsonAreDescribed(String sample) {
    List<String> described =
        Readme.table("| member | is |").stream()
            .flatMap(row -> row.stream().flatMap(Readme::code))
            .toList();
    for (String options : List.of("--tree", "--pickle")) {
      JsonObject json = Run.of("inspect", Samples.checkpoint(sample), "--json", options).json();
      json.remove("facts");
      assertThat(described).containsAll(members(json));
    }
  }

  private static Set<String> members(JsonElement json) {
    Set<String> names = new TreeSet<>();
    if (json.isJsonObject()) {
      json.getAsJsonObject()
          .entrySet()
          .forEach(member -> {
            names.add(member.getKey());
            names.addAll(members(member.getValue()));
          });
    } else if (json.isJsonArray()) {
      json.getAsJsonArray().forEach(item -> names.addAll(members(item)));
    }
    return names;
  }

  private static String asWritten(OptionSpec option) {
    String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
    return "`" + option.longestName() + label + "`";
  }
}
