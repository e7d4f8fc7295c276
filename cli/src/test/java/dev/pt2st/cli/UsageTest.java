package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.RemedyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, and what a wrong command line gets: exit code 2 and what is wrong. */
class UsageTest {
  private static final Path INPUT = Samples.checkpoint("zip_basic.pt");

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--root=PATH",
        "--shared=keep|drop",
        "--unsupported=refuse|skip",
        "--metadata=KEY=VALUE",
        "-o, --out=OUT",
        "--force, --overwrite",
        "--dry-run",
        "--fsync",
        "--no-crc",
        "-q, --quiet",
        "--json",
        "--allow=NAME",
        "--inert",
        "--strict",
        "-h, --help",
        "-V, --version"
      })
  void helpListsEachOption(String option) {
    Run run = Run.convert("--help");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.outLines()).anyMatch(line -> line.strip().startsWith(option));
  }

  @ParameterizedTest
  @EnumSource(Limit.class)
  void helpListsEachLimit(Limit limit) {
    assertThat(Run.convert("--help").outLines())
        .anyMatch(line -> line.strip().startsWith(RemedyText.option(limit) + "=N"));
  }

  @Test
  void helpPutsOptionsUnderHeadingsEachOnceInEightyColumns() {
    List<String> lines = Run.convert("--help").outLines();

    assertThat(lines)
        .startsWith(
            "Usage: pt2st convert [OPTIONS] IN [OUT]",
            "       pt2st convert [OPTIONS] IN... [--out DIR]")
        .containsSubsequence(
            "      --force, --overwrite   Replace an existing output, if it is a safetensors",
            "Which tensors:",
            "Tensors that safetensors cannot hold:",
            "What is accepted:",
            "Limits, which a file must not go beyond:")
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(lines.stream().map(String::strip).filter(line -> line.startsWith("--")))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(Limit.values().length + 15);
  }

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void helpListsEachExitCode(ExitCode code) {
    String start = code.code() + "   " + code.meaning().substring(0, 4);
    assertThat(Run.convert("--help").outLines()).anyMatch(line -> line.strip().startsWith(start));
    assertThat(Run.of("--help").outLines()).anyMatch(line -> line.strip().startsWith(start));
  }

  @Test
  void helpKeepsToTheWidthOfTheTerminal() {
    assertThat(Run.onTerminal(60, "convert", "--help").outLines())
        .allMatch(line -> line.length() <= 60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"convert", "migrate", "verify", "checksum", "inspect", "scan"})
  void helpBreaksNoLineInsideAWord(String command) {
    List<String> words = words(Run.of(command, "--help").out());
    Main.commandLine(Run.terminal(), command)
        .getSubcommands()
        .get(command)
        .getCommandSpec()
        .args()
        .forEach(option -> assertThat(words).containsAll(words(option.description()[0])));
  }

  /** But for a hyphen, and a bar between alternatives, where a line may well be broken. */
  private static List<String> words(String text) {
    return List.of(text.replaceAll("%%", "%").split("[\\s|-]+", -1));
  }

  @Test
  void helpOfACommandCanBeAskedForByName() {
    assertThat(Run.of("help", "convert")).isEqualTo(Run.convert("--help"));
  }

  @Test
  void versionIsOneLine() {
    Run run = Run.of("--version");
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).singleElement().asString().startsWith("pt2st ");
  }

  @Test
  void withoutACommandTheUsageIsShownAsAnError() {
    Run run = Run.of();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("Usage: pt2st");
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("Missing required parameter: 'IN'"),
        wrong("name the output, or a folder for it", "a.safetensors"),
        wrong("name the output, or a folder for it", INPUT, INPUT, "OUT"),
        wrong("would both be written to", INPUT, INPUT, "b.pt"),
        wrong(INPUT + " is a file; several", INPUT, "b.pt", "--out", INPUT),
        wrong("--sidecar names one file", INPUT, "b.pt", "c.pt", "--sidecar", "s.json"),
        wrong("Unknown option: '--no-such-option'", INPUT, "OUT", "--no-such-option"),
        wrong("expected one of [keep, drop]", INPUT, "OUT", "--shared", "some"),
        wrong("expected one of [refuse, skip]", INPUT, "OUT", "--unsupported", "some"),
        wrong("--metadata takes KEY=VALUE, not \"text\"", INPUT, "OUT", "--metadata", "text"),
        wrong("--metadata takes KEY=VALUE, not \"=text\"", INPUT, "OUT", "--metadata", "=text"),
        wrong("the key \"a\" twice", INPUT, "OUT", "--metadata", "a=1", "--metadata", "a=2"),
        wrong("--max-names must not be negative", INPUT, "OUT", "--max-names", "-1"),
        wrong("'many' is not a long", INPUT, "OUT", "--max-names", "many"),
        wrong("IN cannot be \"-\": a file is read at many places", "-", "OUT"),
        wrong("OUT cannot be \"-\": an output appears whole or not at all", INPUT, "-"),
        wrong("IN is empty; name a file", "", "OUT"),
        wrong("OUT is empty; name a file", INPUT, ""));
  }

  private static Arguments wrong(String sentence, Object... args) {
    return Arguments.of(sentence, args);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongUsageIsSaidAndNothingIsDone(String sentence, Object[] args) throws IOException {
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].equals("OUT") ? temporary.resolve("out.safetensors") : args[i];
    }
    Run run = Run.convert(args);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(2).first().asString().startsWith("pt2st: ");
    assertThat(run.errLines().getFirst()).contains(sentence);
    assertThat(run.errLines().get(1)).matches("Try '.* --help'\\.|Possible solutions: .*");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aWrongOptionGetsTheOneThatMayBeMeant() {
    assertThat(Run.convert(INPUT, "out", "--overwite").err())
        .contains("'--overwite'")
        .contains("--overwrite");
  }

  @Test
  void anUnknownCommandIsSaid() {
    Run run = Run.of("transmogrify");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("pt2st: there is no command \"transmogrify\"; there are convert, migrate, ");
  }

  @ParameterizedTest
  @CsvSource({"scna, scan", "convrt, convert", "inspec, inspect", "Migrate, migrate"})
  void aMistypedCommandGetsTheOneThatIsMeant(String typed, String meant) {
    String question = "pt2st: there is no command \"" + typed + "\"; did you mean " + meant + "?";
    for (Run run : List.of(Run.of(typed), Run.of("help", typed))) {
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.errLines()).first().isEqualTo(question);
    }
  }

  @Test
  void aFileInPlaceOfACommandGetsTheCommandsForIt() {
    assertThat(Run.of(INPUT).errLines().getFirst())
        .isEqualTo(
            "pt2st: \"%s\" is not a command; to convert a file: pt2st convert %s; to see what is in"
                    .formatted(INPUT, INPUT)
                + " it: pt2st inspect "
                + INPUT);
    assertThat(Run.of(temporary).err()).contains("pt2st migrate " + temporary);
  }

  @Test
  void aSecondDirectoryOfAMigrationIsTakenForItsTarget() {
    Run run = Run.of("migrate", temporary, "out/");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("did you mean --out out/?");
    assertThat(Run.of("migrate", "a", "b", "--out", "c").err()).contains("run it for each");
  }

  @Test
  void oneWordTooManyIsSaid() {
    assertThat(Run.of("inspect", INPUT, "more").err())
        .contains("\"more\" is one argument too many");
  }

  @Test
  void aNameThatStartsWithAnAtSignIsAFile() throws IOException {
    Files.writeString(temporary.resolve("args"), "--help");
    Run run = Run.convert("@" + temporary.resolve("args"), temporary.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("@" + temporary.resolve("args") + ": there is no such file");
  }

  /** A script that has lost the value of a variable must not judge the current folder instead. */
  @ParameterizedTest
  @ValueSource(strings = {"scan", "plan", "sbom"})
  void anEmptyPathIsNotTheCurrentFolder(String command) {
    Run run = Run.of(command, "");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("PATH is empty; name a file");
  }
}
