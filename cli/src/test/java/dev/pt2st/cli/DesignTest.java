package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The diagrams of docs/design show packages and classes that exist, and are of their sources. */
class DesignTest {
  private static final Path FOLDER = Samples.root().resolve("docs/design");
  private static final Pattern BOX =
      Pattern.compile(
          "\\[label=\"([a-z.]+)\\\\n([A-Za-z, ]+)\"\\]|, label=\"([a-z.]+)\\\\n(\\w+)\"\\]");
  private static final List<String> ROOTS =
      List.of("converter-core/src/main/java/dev/pt2st", "cli/src/main/java/dev/pt2st");

  static Stream<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".dot")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void packagesAndClassesExist(Path source) throws IOException {
    String text = Files.readString(source);
    assertThat(BOX.matcher(text).results().count())
        .as("each box with a package, and each has two lines")
        .isGreaterThan(4)
        .isEqualTo(text.split("\\\\n", -1).length - 1);
    BOX.matcher(text)
        .results()
        .forEach(box -> {
          int at = box.group(1) == null ? 3 : 1;
          for (String name : box.group(at + 1).split(", ", -1)) {
            String file = box.group(at).replace('.', '/') + "/" + name + ".java";
            assertThat(ROOTS.stream().map(root -> Samples.root().resolve(root).resolve(file)))
                .as(file)
                .anyMatch(Files::exists);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("sources")
  void aPictureIsOfItsSource(Path source) throws IOException, NoSuchAlgorithmException {
    String picture = Files.readString(Path.of(source.toString().replaceFirst("\\.dot$", ".svg")));
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(source));
    assertThat(picture)
        .as("draw it again: docs/design/draw")
        .contains("SHA-256 " + HexFormat.of().formatHex(sum));
  }
}
