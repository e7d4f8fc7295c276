package dev.pt2st.migrate;

import dev.pt2st.io.TemporaryFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;

/**
 * The temporary files that killed migrations have left. Only those are removed whose name has the
 * mark of a run of the journal, which is over since the journal's lock is held by another; a file
 * that somebody else's program is writing is never touched.
 */
final class StaleFiles {
  private StaleFiles() {}

  /**
   * Removes them.
   *
   * @param owners the marks of the runs that did not end as they should
   * @return how many there were
   */
  static int remove(Tree tree, Set<String> owners) throws IOException {
    if (owners.isEmpty()) {
      return 0;
    }
    int removed = 0;
    ArrayDeque<Path> open = new ArrayDeque<>();
    open.push(tree.root());
    while (!open.isEmpty()) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(open.pop())) {
        for (Path entry : entries) {
          if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            open.push(entry);
            continue;
          }
          Optional<String> owner = TemporaryFiles.ownerOf(String.valueOf(entry.getFileName()));
          if (owner.isPresent() && owners.contains(owner.get())) {
            removed += Files.deleteIfExists(entry) ? 1 : 0;
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // The plan says which directory cannot be read.
      }
    }
    return removed;
  }
}
