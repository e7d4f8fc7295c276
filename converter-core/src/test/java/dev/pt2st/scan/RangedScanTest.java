package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.ResourceName;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.Siblings;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.CorpusFiles;
import dev.pt2st.testing.Faults;
import dev.pt2st.testing.TestSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A source that is read by ranges gets the report of the same file on the disk. */
@Timeout(300)
class RangedScanTest {
  private static final FileScanner SCANNER =
      new FileScanner(new ScanOptions(Faults.unhurried(), ScanOptions.TensorBytes.SKIP));

  static List<Path> files() {
    return CorpusFiles.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyBlockIsFetchedBeforeItIsLookedAt(Path file) {
    assertThat(SCANNER.scan(TestSource.of(file).byteByByte())).isEqualTo(SCANNER.scan(file));
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsFetchedAheadChangesNothing(Path file) {
    assertThat(SCANNER.scan(TestSource.of(file).input())).isEqualTo(SCANNER.scan(file));
  }

  static Stream<Path> parts() throws IOException {
    Path folders = Corpus.root().resolve("samples/sharded");
    try (Stream<Path> files = Files.walk(folders)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  /** A file of a distributed checkpoint is read with what its folder has beside it. */
  @ParameterizedTest
  @MethodSource("parts")
  void aPartOfAFolderIsSeenAsOnTheDisk(Path file) {
    Siblings siblings =
        name -> {
          Path beside = file.resolveSibling(name);
          if (!Files.isRegularFile(beside)) {
            throw new SourceException(
                ResourceName.of(beside), SourceException.Reason.MISSING, "there is no such file");
          }
          return TestSource.of(beside);
        };
    Input input = new Input.Ranged(TestSource.of(file), "", TestSource.BYTE_BY_BYTE, siblings);
    assertThat(SCANNER.scan(input)).isEqualTo(SCANNER.scan(file));
  }
}
