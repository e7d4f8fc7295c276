package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files with which machines run this project: of all that they name there is something. */
class ProjectFilesTest {
  private static final Path ROOT = Samples.root();
  private static final Pattern PINNED = Pattern.compile("[\\w.-]+/[\\w./-]+@[0-9a-f]{40}");
  private static final Pattern INPUT = Pattern.compile("\\$\\{\\{ *inputs\\.([a-z0-9-]+)");
  private static final Pattern SCRIPT = Pattern.compile("(?:\\.ci|cli/ci)/[a-z-]+");

  static Stream<Path> yamlFiles() throws IOException {
    try (Stream<Path> github = Files.walk(ROOT.resolve(".github"))) {
      return Stream.concat(
          github.filter(file -> file.toString().endsWith(".yml")).toList().stream(),
          Stream.of("action.yml", ".pre-commit-hooks.yaml", "cli/ci/gitlab.yml")
              .map(ROOT::resolve));
    }
  }

  static Stream<Path> workflows() throws IOException {
    return Stream.concat(
        yamlFiles().filter(file -> file.getParent().endsWith("workflows")),
        Stream.of(ROOT.resolve("action.yml")));
  }

  private static Object parse(Path file) throws IOException {
    // Refuses a key that stands twice.
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
    return new Load(settings).loadFromString(Files.readString(file));
  }

  /** Every value of a key, wherever it stands. */
  private static List<String> values(Object node, String key) {
    List<String> found = new ArrayList<>();
    if (node instanceof Map<?, ?> map) {
      map.forEach((name, value) -> {
        if (name.equals(key) && value instanceof String text) {
          found.add(text);
        }
        found.addAll(values(value, key));
      });
    } else if (node instanceof Collection<?> items) {
      items.forEach(item -> found.addAll(values(item, key)));
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("yamlFiles")
  void itIsYaml(Path file) throws IOException {
    assertThat(parse(file)).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void foreignCodeIsNamedByItsDigest(Path file) throws IOException {
    assertThat(values(parse(file), "uses"))
        .filteredOn(uses -> !uses.startsWith("./"))
        .allMatch(uses -> PINNED.matcher(uses).matches());
  }

  /** What is put into a script is run: a title of an issue, a name of a branch, an input. */
  @ParameterizedTest
  @MethodSource("workflows")
  void noExpressionStandsInAScript(Path file) throws IOException {
    assertThat(values(parse(file), "run")).isNotEmpty().noneMatch(run -> run.contains("${{"));
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void scriptsAreThereAndCanBeRun(Path file) throws IOException {
    assertThat(values(parse(file), "run"))
        .flatMap(run -> SCRIPT.matcher(run).results().map(script -> script.group()).toList())
        .isNotEmpty()
        .allSatisfy(script -> assertThat(ROOT.resolve(script)).isExecutable());
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void aWorkflowHasNoRightsThatItDoesNotName(Path file) throws IOException {
    if (file.endsWith("action.yml")) {
      return;
    }
    assertThat(parse(file))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("permissions", Map.of("contents", "read"));
  }

  @Test
  void theInputsOfTheActionAreThoseOfItsDocument() throws IOException {
    Map<?, ?> action = (Map<?, ?>) parse(ROOT.resolve("action.yml"));
    List<String> declared =
        ((Map<?, ?>) action.get("inputs")).keySet().stream().map(String::valueOf).toList();
    assertThat(
            INPUT
                .matcher(Files.readString(ROOT.resolve("action.yml")))
                .results()
                .map(input -> input.group(1))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(declared);
    assertThat(Readme.table(Readme.textOf("docs/ci.md"), "| input | is |"))
        .extracting(row -> row.getFirst().replace("`", ""))
        .containsExactlyInAnyOrderElementsOf(declared);
  }

  @Test
  void theHookIsACommandLine() throws IOException {
    Map<?, ?> hook =
        (Map<?, ?>) ((List<?>) parse(ROOT.resolve(".pre-commit-hooks.yaml"))).getFirst();
    String[] words = String.valueOf(hook.get("entry")).split(" ", -1);
    assertThat(words).startsWith("pt2st", "scan");
    List<String> arguments = new ArrayList<>(List.of(words).subList(1, words.length));
    arguments.add("--help.pt");
    assertThat(
            Main.commandLine(Run.terminal(), "scan")
                .parseArgs(arguments.toArray(String[]::new))
                .errors())
        .isEmpty();
  }

  /** Only these are promised to whoever uses the library, so only these are compared. */
  @Test
  void theTypesThatAreComparedWithAReleaseAreThoseThatAreExportedToAll() throws IOException {
    String module = Files.readString(ROOT.resolve("converter-core/src/main/java/module-info.java"));
    String pom = Files.readString(ROOT.resolve("converter-core/pom.xml"));
    String compared = pom.substring(pom.indexOf("<includes>", pom.indexOf("japicmp")));
    assertThat(
            Pattern.compile("<include>([a-z0-9.]+)</include>")
                .matcher(compared.substring(0, compared.indexOf("</includes>")))
                .results()
                .map(include -> include.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Pattern.compile("exports ([a-z0-9.]+);")
                .matcher(module)
                .results()
                .map(export -> export.group(1))
                .toList());
  }

  /** The base of the container is one image, and not whatever has its name tomorrow. */
  @Test
  void theContainerStandsOnADigest() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("Dockerfile")))
        .filteredOn(line -> line.startsWith("FROM "))
        .isNotEmpty()
        .allMatch(line -> line.matches("FROM \\S+@sha256:[0-9a-f]{64}"));
  }

  @Test
  void launchersForWindowsHaveItsEndsOfLines() throws IOException {
    for (String file : List.of("cli/bin/pt2st.cmd", "cli/python/scripts/pt2st.cmd")) {
      assertThat(Files.readString(ROOT.resolve(file)).split("\n", -1))
          .hasSizeGreaterThan(5)
          .allMatch(line -> line.isEmpty() || line.endsWith("\r"));
    }
  }
}
