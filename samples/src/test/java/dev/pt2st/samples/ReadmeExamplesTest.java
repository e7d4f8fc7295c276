package dev.pt2st.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README shows the programs of this module as they are. */
class ReadmeExamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("pt2st.root", ".."));
  private static final Path SOURCES = ROOT.resolve("samples/src/main/java/dev/pt2st/samples");
  private static final List<String> PROGRAMS =
      List.of("ConvertOne.java", "MeanOfTensor.java", "TakePart.java");

  @Test
  void everyProgramIsShown() throws IOException {
    try (Stream<Path> sources = Files.list(SOURCES)) {
      assertThat(sources.map(source -> source.getFileName().toString()))
          .filteredOn(name -> !name.equals("package-info.java"))
          .containsExactlyInAnyOrderElementsOf(PROGRAMS);
    }
    assertThat(examples()).hasSameSizeAs(PROGRAMS);
    for (int i = 0; i < PROGRAMS.size(); i++) {
      assertThat(Files.readString(SOURCES.resolve(PROGRAMS.get(i)))).contains(examples().get(i));
    }
  }

  private static List<String> examples() throws IOException {
    return Pattern.compile("(?ms)^```java\n(.*?)^```$")
        .matcher(Files.readString(ROOT.resolve("README.md")))
        .results()
        .map(block -> block.group(1).indent(2))
        .toList();
  }
}
