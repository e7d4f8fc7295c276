package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Names of a directory that cannot be decoded: two of them may have the same text. */
final class UndecodableNames implements AutoCloseable {
  private @Nullable NameCounts names;

  /** Whether another entry of the directory has the same text. */
  boolean hasAnother(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    return !PathTree.isText(name) && namesBeside(path).isTwice(name);
  }

  private NameCounts namesBeside(Path path) throws IOException {
    if (names == null) {
      names = new NameCounts();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path.resolveSibling(""))) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (!PathTree.isText(name)) {
            names.add(name);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return names;
  }

  @Override
  public void close() {
    if (names != null) {
      names.close();
    }
  }
}
