package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of each page, typed in from top to bottom, print what the page shows. */
class ReadmeIT {
  @TempDir Path temporary;

  static Stream<Page> pages() {
    return Stream.concat(Readme.pages().stream(), Stream.of(picture()))
        .filter(page -> !page.commands().isEmpty());
  }

  /** The texts of the picture of a terminal, as a page would show them. */
  private static Page picture() {
    String name = "docs/terminal.svg";
    String lines =
        Pattern.compile("<text [^>]*>(.*)</text>")
            .matcher(Readme.textOf(name))
            .results()
            .map(text -> text.group(1).replaceAll("<[^>]*>", ""))
            .map(text -> text.replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">"))
            .map(text -> text.replace("&quot;", "\"").replace("&amp;", "&"))
            .collect(Collectors.joining("\n"));
    return new Page(name, "```console\n" + lines + "\n```\n");
  }

  @AfterEach
  void removeLinks() throws IOException {
    Launcher.removeLinks(temporary); // JUnit warns of those that lead out of its folder
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theExamplesPrintWhatThePageShows(Page page) throws Exception {
    assumeTrue(
        page.commands().stream().noneMatch(command -> command.line().startsWith("openssl "))
            || hasOpenssl(),
        "skipped: there is no openssl to make a key with");
    Files.createSymbolicLink(temporary.resolve("samples"), Samples.root().resolve("samples"));
    Path programs = Launcher.script().getParent();
    var path = Map.of("PATH", programs + File.pathSeparator + System.getenv("PATH"));
    int last = 0;
    for (Page.Command command : page.commands()) {
      String line = "(exit " + last + "); " + command.line();
      Launcher.Ended ended = Launcher.start(temporary, path, "sh", "-c", line).await();
      last = ended.code();
      assertThat(ended.lines().stream().map(ReadmeIT::withoutTimes))
          .as(command.line())
          .containsExactlyElementsOf(
              command.output().stream().map(ReadmeIT::withoutTimes).toList());
    }
  }

  private static boolean hasOpenssl() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl")));
  }

  /** The pages that would be worth little without examples. */
  @ParameterizedTest
  @MethodSource("shown")
  void aPageHasExamples(String page) {
    assertThat(pages()).filteredOn(found -> found.name().equals(page)).hasSize(1);
  }

  static List<String> shown() {
    return List.of(
        "README.md",
        "docs/convert.md",
        "docs/formats.md",
        "docs/inspect.md",
        "docs/migrate.md",
        "docs/scan.md",
        "docs/sharded.md",
        "docs/terminal.svg",
        "docs/trust.md",
        "docs/verify.md");
  }

  private static String withoutTimes(String line) {
    return line.replaceFirst(" in [0-9.]+ m?s \\([0-9.]+ [kMG]?B/s\\)$", " in some time");
  }
}
