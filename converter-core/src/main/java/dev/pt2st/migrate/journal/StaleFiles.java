package dev.pt2st.migrate.journal;

import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.TemporaryFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes temporary files of killed migrations. Only files are removed whose name has the mark of a
 * run in the journal. That run is over, as this one holds the journal's lock. Files that another
 * program is writing are never touched.
 */
public final class StaleFiles {
  private final Set<String> owners;
  private int removed;
  private boolean allSeen = true;

  /**
   * @param owners the marks of the killed runs
   */
  public StaleFiles(Set<String> owners) {
    this.owners = owners;
  }

  /** The number of files that were removed. */
  public int removed() {
    return removed;
  }

  /**
   * Whether every directory was searched. A directory that may not be entered counts as searched,
   * as no run could write there either.
   */
  public boolean areAllSeen() {
    return allSeen;
  }

  /** Removes temporary files in a directory and below it. */
  public void removeBelow(Path directory) {
    ArrayDeque<Path> open = new ArrayDeque<>();
    open.push(directory);
    while (!open.isEmpty()) {
      removeIn(open.pop()).forEach(open::push);
    }
  }

  /**
   * Removes temporary files in a directory.
   *
   * @return the directories in it
   */
  public List<Path> removeIn(Path directory) {
    List<Path> below = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          below.add(entry);
          continue;
        }
        Optional<String> owner = TemporaryFiles.ownerOf(String.valueOf(entry.getFileName()));
        if (owner.isPresent() && owners.contains(owner.get())) {
          removed += delete(entry) ? 1 : 0;
        }
      }
    } catch (AccessDeniedException e) {
      // The plan reports a directory that cannot be read.
    } catch (IOException | DirectoryIteratorException e) {
      allSeen = false;
    }
    return below;
  }

  private static boolean delete(Path file) throws IOException {
    try (OpenFolder folder = OpenFolder.of(file)) {
      return folder.deleteIfExists(file);
    }
  }
}
