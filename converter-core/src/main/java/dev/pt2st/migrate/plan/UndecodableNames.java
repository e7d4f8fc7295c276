package dev.pt2st.migrate.plan;

import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The names of a directory that are no text: two that read alike cannot be told apart by it. */
final class UndecodableNames implements AutoCloseable {
  private @Nullable TargetClaims names;

  /** Whether another entry of its directory reads like this one. */
  boolean hasAnother(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    return !PathTree.isText(name) && namesBeside(path).isTwice(name);
  }

  /** Why such an entry is refused. */
  static String reason(Path path) {
    return "its name, "
        + PathTree.shown(path)
        + " in percent encoding, is not UTF-8, and another name in its directory reads alike;"
        + " rename it";
  }

  private TargetClaims namesBeside(Path path) throws IOException {
    if (names == null) {
      names = new TargetClaims();
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
