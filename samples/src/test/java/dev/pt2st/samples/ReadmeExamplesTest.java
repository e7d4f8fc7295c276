package dev.pt2st.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README and the pages of docs show the programs of this module as they are. */
class ReadmeExamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("pt2st.root", ".."));
  private static final Path SOURCES = ROOT.resolve("samples/src/main/java/dev/pt2st/samples");
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final List<String> PROGRAMS =
      List.of("ConvertOne.java", "MeanOfTensor.java", "TakePart.java");

  @Test
  void everyProgramIsShown() throws IOException {
    try (Stream<Path> sources = Files.list(SOURCES)) {
      assertThat(sources.map(source -> source.getFileName().toString()))
          .filteredOn(name -> !name.equals("package-info.java"))
          .containsExactlyInAnyOrderElementsOf(PROGRAMS);
    }
    for (String program : PROGRAMS) {
      String source = Files.readString(SOURCES.resolve(program));
      assertThat(examples()).anyMatch(source::contains);
    }
  }

  @Test
  void everyExampleIsPartOfAProgram() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String program : PROGRAMS) {
      sources.add(Files.readString(SOURCES.resolve(program)));
    }
    assertThat(examples())
        .isNotEmpty()
        .allMatch(example -> sources.stream().anyMatch(source -> source.contains(example)));
  }

  private static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      List<Path> pages = Stream.concat(Stream.of(ROOT.resolve("README.md")), docs).toList();
      for (Path page : pages) {
        if (page.toString().endsWith(".md")) {
          JAVA.matcher(Files.readString(page))
              .results()
              .forEach(block -> examples.add(block.group(1).indent(2)));
        }
      }
    }
    return examples;
  }
}
