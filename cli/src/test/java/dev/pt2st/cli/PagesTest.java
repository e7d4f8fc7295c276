package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Links, command lines and options of the pages are those of files and of the program. */
class PagesTest {
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

  /** Options of other programs, which pages name. */
  private static final Set<String> FOREIGN =
      Set.of(
          "--archives", // of spark-submit, as three others
          "--ckpt-format",
          "--conf",
          "--enable-native-access",
          "--executor-cores",
          "--max-size", // of python -m pt2st.cache
          "--options",
          "--rate", // of the Spark job, as the one before
          "--strip-components",
          "--use-sharded-state");

  static Stream<Page> pages() {
    return Readme.pages().stream();
  }

  /** What developers read, too. */
  static Stream<Page> all() {
    List<String> further = new ArrayList<>(Site.FURTHER);
    further.add("CODE_OF_CONDUCT.md"); // which is not on the site
    return Stream.concat(pages(), further.stream().map(Page::of));
  }

  @ParameterizedTest
  @MethodSource("all")
  void linksLeadToFilesAndHeadings(Page page) {
    Path folder = Path.of(page.name()).resolveSibling("");
    assertThat(page.links())
        .filteredOn(link -> !link.matches("[a-z]+:.*"))
        .allSatisfy(link -> {
          String[] parts = link.split("#", 2);
          String file =
              parts[0].isEmpty() ? page.name() : folder.resolve(parts[0]).normalize().toString();
          assertThat(Samples.root().resolve(file)).exists();
          if (parts.length > 1) {
            assertThat(Page.of(file).anchors()).contains(parts[1]);
          }
        });
  }

  @Test
  void everyPageIsInTheIndex() {
    assertThat(Page.of("docs/README.md").links())
        .containsAll(
            pages()
                .map(page -> page.name().replaceFirst("^docs/", ""))
                .filter(name -> !name.matches("adr/[0-9].*|README.md"))
                .toList());
  }

  /** A newcomer reads it to its end; everything else is a page of docs. */
  @Test
  void theReadmeIsShort() {
    assertThat(Page.of("README.md").lines()).hasSizeLessThanOrEqualTo(200);
  }

  static Stream<List<String>> calls() {
    return all().flatMap(Page::calls).distinct();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aCommandLineIsUnderstood(List<String> words) {
    CommandLine program = Main.commandLine(Run.terminal(), "");
    assertThatCode(() -> program.parseArgs(words.toArray(String[]::new)))
        .doesNotThrowAnyException();
  }

  /** But for the pages of the benchmarks, whose scripts have options of their own. */
  static Stream<Page> withoutBenchmarks() {
    return all().filter(page -> !page.name().startsWith("bench/"));
  }

  @ParameterizedTest
  @MethodSource("withoutBenchmarks")
  void anOptionIsOneOfTheProgram(Page page) {
    Set<String> options = options();
    String code = Readme.code(page.prose()).collect(Collectors.joining("\n"));
    assertThat(OPTION.matcher(code).results().map(option -> option.group()))
        .filteredOn(option -> !FOREIGN.contains(option))
        .allMatch(options::contains);
  }

  private static Set<String> options() {
    Set<String> names = new TreeSet<>();
    CommandLine program = Main.commandLine(Run.terminal(), "");
    Stream.concat(Stream.of(program), program.getSubcommands().values().stream())
        .forEach(command -> names.addAll(command.getCommandSpec().optionsMap().keySet()));
    return names;
  }
}
