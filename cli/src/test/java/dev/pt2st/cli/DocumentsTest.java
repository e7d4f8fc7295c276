package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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

/** What developers read names packages, files and classes that are there. */
class DocumentsTest {
  private static final Path ROOT = Samples.root();
  private static final String CORE = "converter-core/src/main/java/dev/pt2st";
  private static final String CLI = "cli/src/main/java/dev/pt2st/cli";

  /** From where a path may be written, the root first. */
  private static final List<String> BASES =
      List.of("", CORE, "cli/src/main/java/dev/pt2st", "converter-core/src/main/resources");

  /** Of a language or a library: no source of ours has them. */
  private static final Set<String> FOREIGN =
      Set.of(
          "CommandSpec",
          "Dockerfile",
          "Dtype",
          "Error",
          "IndexOutOfBoundsException",
          "ObjectInputStream",
          "OptionSpec",
          "OutOfMemoryError",
          "RandomAccessFile",
          "StackOverflowError",
          "System",
          "ZipFile");

  private static final Pattern FILE = Pattern.compile("[\\w.-]+(?:/[\\w.-]+)+");

  /** What a build makes, and files of PyTorch. */
  private static final Pattern ELSEWHERE = Pattern.compile("(?:.*/)?target/.*|torch/_.*");

  private static final Pattern CLASS =
      Pattern.compile("(?:dev\\.pt2st\\.[a-z.]*)?([A-Z]\\w*[a-z]\\w*)(?:\\..*)?");
  private static final Pattern PACKAGE = Pattern.compile("dev\\.pt2st(?:\\.[a-z]+)+");

  static Stream<Page> documents() throws IOException {
    try (Stream<Path> decisions = Files.list(ROOT.resolve("docs/adr"))) {
      return Stream.concat(
          Stream.of(
                  "CONTRIBUTING.md",
                  "SECURITY.md",
                  "CHANGELOG.md",
                  "RELEASING.md",
                  "docs/ci.md",
                  "docs/evidence.md",
                  "docs/sbom.md",
                  "docs/verify.md",
                  "docs/mutation.md")
              .map(Page::of),
          decisions.toList().stream().map(file -> Page.of(ROOT.relativize(file).toString())));
    }
  }

  /** Blocks of code have their own tests or are for the reader's shell. */
  private static List<String> code(Page document) {
    return Readme.code(document.prose()).toList();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void filesAreThere(Page document) {
    assertThat(code(document))
        .filteredOn(code -> FILE.matcher(code).matches())
        .filteredOn(code -> !ELSEWHERE.matcher(code).matches())
        .allSatisfy(file ->
            assertThat(BASES.stream().map(base -> ROOT.resolve(base).resolve(file)))
                .anyMatch(Files::exists));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void classesAndPackagesAreThere(Page document) throws IOException {
    Set<String> sources = sources();
    assertThat(
            code(document).stream()
                .map(CLASS::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1)))
        .allMatch(name -> FOREIGN.contains(name) || sources.contains(name));
    assertThat(code(document))
        .filteredOn(code -> PACKAGE.matcher(code).matches() && !code.equals("dev.pt2st.core"))
        .allSatisfy(name ->
            assertThat(
                    Stream.of("converter-core", "cli", "cli/spark")
                        .map(module ->
                            ROOT.resolve(module + "/src/main/java/" + name.replace('.', '/'))))
                .anyMatch(Files::isDirectory));
  }

  /** The names of all classes of this tree that have a file. */
  private static Set<String> sources() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module : List.of("converter-core", "cli", "cli/spark", "bench", "samples")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java"))
            .forEach(name -> names.add(name.substring(0, name.length() - 5)));
      }
    }
    return names;
  }

  @Test
  void theMapHasEveryPackageOnce() throws IOException {
    List<String> core = packages(CORE);
    core.replaceAll(name -> name.isEmpty() ? "(the root)" : name);
    assertThat(firstCells("| package of `dev.pt2st.…` | is |"))
        .containsExactlyInAnyOrderElementsOf(core);
    List<String> commandLine = packages(CLI);
    commandLine.replaceAll(name -> name.isEmpty() ? "cli" : "cli." + name);
    assertThat(firstCells("| package of the command line | is |"))
        .containsExactlyInAnyOrderElementsOf(commandLine);
  }

  /** The packages below one, named from there. */
  private static List<String> packages(String folder) throws IOException {
    Path top = ROOT.resolve(folder);
    try (Stream<Path> files = Files.walk(top)) {
      return files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> top.relativize(file.getParent()).toString().replace('/', '.'))
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static List<String> firstCells(String header) {
    return Readme.table(Readme.textOf("CONTRIBUTING.md"), header).stream()
        .map(row -> row.getFirst().replace("`", ""))
        .toList();
  }

  @Test
  void everyDecisionIsInTheIndex() throws IOException {
    String index = Readme.textOf("docs/adr/README.md");
    try (Stream<Path> decisions = Files.list(ROOT.resolve("docs/adr"))) {
      assertThat(decisions.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("README.md"))
          .isNotEmpty()
          .allMatch(name -> index.contains("(" + name + ")"));
    }
  }
}
