package dev.pt2st.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All files of all corpora: those of this repository, and the shared ones where they are. */
public final class CorpusFiles {
  private static final List<String> SAMPLES = List.of("checkpoints", "hostile", "evasions");
  private static final List<String> SHARED =
      List.of("corpus", "real", "wild", "hostile", "evasions", "faults");

  private CorpusFiles() {}

  /** All of them. */
  public static List<Path> all() {
    return Stream.concat(
            SAMPLES.stream().map(name -> Corpus.root().resolve("samples").resolve(name)),
            SHARED.stream().map(Corpus::shared))
        .flatMap(CorpusFiles::in)
        .toList();
  }

  /** Those of attackers. */
  public static List<Path> hostile() {
    return all().stream()
        .filter(
            file -> file.getParent().endsWith("hostile") || file.getParent().endsWith("evasions"))
        .toList();
  }

  private static Stream<Path> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
