package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What a distribution holds beside the program: manual pages, completion and licences. */
class DistributionFilesTest {
  @TempDir Path folder;

  static Stream<String> pages() {
    return Stream.concat(
        Stream.of("pt2st"),
        Main.commandLine(Run.terminal(), "").getSubcommands().keySet().stream()
            .map(command -> "pt2st-" + command));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void manualPageSaysInALineWhatACommandDoesAndShowsItsUse(String page) throws IOException {
    DistributionFiles.writeTo(folder);

    List<String> lines = Files.readAllLines(folder.resolve("man").resolve(page + ".adoc"));
    assertThat(lines.get(lines.indexOf("== Name") + 2)).matches(page + " - [a-z][^.:]*");
    assertThat(lines.stream().filter(line -> line.startsWith("== ")))
        .endsWith("== Environment", "== Examples", "== See also")
        .noneMatch(heading -> heading.endsWith(":"));
    assertThat(lines).contains("*PT2ST_JAVA_OPTS*::", "*NO_COLOR*::");
    assertThat(lines.getLast()).doesNotContain("*" + page + "*").contains("*pt2st-");
  }

  @Test
  void manualPageKeepsUnderscores() throws IOException {
    DistributionFiles.writeTo(folder);

    assertThat(folder.resolve("man/pt2st-convert.adoc"))
        .content()
        .contains("the file's pass:[__metadata__]");
  }

  static Stream<String> examples() {
    return DistributionFiles.EXAMPLES.values().stream().flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleOfAManualPageIsACommandLine(String example) {
    String[] words = example.replaceFirst(" >.*", "").split(" ", -1);
    CommandLine commandLine = Main.commandLine(Run.terminal(), words[1]);
    assertThat(commandLine.parseArgs(Arrays.copyOfRange(words, 1, words.length)).errors())
        .isEmpty();
  }

  /** The words as readline gives them; the last is to be completed. */
  @ParameterizedTest
  @CsvSource({
    "pt2st conv, convert",
    "pt2st convert --cas, --cast",
    "pt2st convert --cast b, bf16",
    "pt2st convert --cast = b, bf16",
    "pt2st convert --cast =, fp16 bf16 fp32",
    "pt2st convert --shared = drop --cast = b, bf16",
    "pt2st help mig, migrate",
  })
  void completionCompletes(String words, String completions) throws Exception {
    assertThat(complete(words)).isEqualTo(completions);
  }

  @ParameterizedTest
  @CsvSource({
    "pt2st scan mod",
    "pt2st convert -q mod",
    "pt2st convert --root all mod",
    "pt2st convert --cast = bf16 model",
  })
  void whereNothingElseIsKnownFilesAreCompleted(String words) throws Exception {
    assertThat(complete(words)).isEqualTo("-o default");
  }

  private String complete(String words) throws IOException, InterruptedException {
    DistributionFiles.writeTo(folder);
    Files.createFile(folder.resolve("model.pt"));
    Path ours = Samples.root().resolve("cli/src/dist/completion.bash");
    String script =
        """
        compopt() { [[ $* == '-o default' ]] && echo "$*"; return 0; }
        source <(cat completion.bash "$1")
        COMP_LINE=$2
        read -r -a COMP_WORDS <<<"$2"
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _pt2st
        echo "${COMPREPLY[*]}"
        """;
    Process bash =
        new ProcessBuilder("bash", "-c", script, "bash", ours.toString(), words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    bash.getOutputStream().close();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return said.strip();
  }

  @Test
  void eachLibraryIsNamedWithItsLicence() throws IOException {
    String licences = Files.readString(Samples.root().resolve("cli/src/dist/THIRD-PARTY.md"));
    List<String> libraries = new ArrayList<>();
    for (String module : List.of("cli", "converter-core")) {
      Matcher dependency =
          Pattern.compile(
                  "<dependency>\\s*(?:<!--(?:(?!-->).)*-->\\s*)?<groupId>(?!dev\\.pt2st)[^<]*</groupId>\\s*"
                      + "<artifactId>([^<]*)</artifactId>(?!\\s*<scope>test)",
                  Pattern.DOTALL)
              .matcher(Files.readString(Samples.root().resolve(module + "/pom.xml")));
      dependency.results().forEach(found -> libraries.add(found.group(1)));
    }
    assertThat(libraries)
        .contains("picocli", "re2j")
        .doesNotContain("assertj-core")
        .allSatisfy(library -> assertThat(licences).containsPattern("\\b" + library + "\\b"));
  }
}
