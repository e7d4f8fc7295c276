package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;

/**
 * Finds links of the source tree that the migration does not follow. They would be broken if their
 * targets were removed, so they are only searched for if originals are to be removed.
 */
final class HiddenLinks {
  private final SourceTree tree;
  private final DirectoryFacts.Entries facts;

  HiddenLinks(SourceTree tree, DirectoryFacts.Entries facts) {
    this.tree = tree;
    this.facts = facts;
  }

  /**
   * Adds a link, if it leads to a file of the tree.
   *
   * @param text the text of the link
   */
  void add(Path link, String text, boolean excluded) throws IOException {
    if (!tree.looksForHiddenLinks()) {
      return;
    }
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      return; // it is broken already
    }
    if (tree.holds(real) && !Files.isDirectory(real)) {
      facts.add(new EntryFact.HiddenLink(text, tree.real().text(real), excluded));
    }
  }

  /**
   * Adds all links below a directory that is not searched otherwise.
   *
   * @param text the text of the directory
   */
  void addBelow(Path directory, String text, boolean excluded) throws IOException {
    if (!tree.looksForHiddenLinks()) {
      return;
    }
    ArrayDeque<Path> open = new ArrayDeque<>();
    open.push(directory);
    while (!open.isEmpty()) {
      Path at = open.pop();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(at)) {
        for (Path entry : entries) {
          if (Files.isSymbolicLink(entry)) {
            add(entry, PathTree.child(text, new PathTree(directory).text(entry)), excluded);
          } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            open.push(entry);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // This directory is excluded, so not being able to read it is not a failure.
        String folder = PathTree.child(text, new PathTree(directory).text(at));
        facts.add(new EntryFact.HiddenFolder(folder));
      }
    }
  }
}
