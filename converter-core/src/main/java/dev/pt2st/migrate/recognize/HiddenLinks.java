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
 * Finds the links of the source tree that nobody follows: they would lead nowhere if what they lead
 * to were removed. They are looked for only if originals are to go.
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
   * @param text the link's
   */
  void add(Path link, String text, boolean excluded) throws IOException {
    if (!tree.looksForHiddenLinks()) {
      return;
    }
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      return; // it leads nowhere already
    }
    if (tree.holds(real) && !Files.isDirectory(real)) {
      facts.add(new EntryFact.HiddenLink(text, tree.real().text(real), excluded));
    }
  }

  /**
   * Adds all links below a directory that is not gone through.
   *
   * @param text the directory's
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
        // Nobody is asked to look through what is passed over, and so nothing has failed.
        String folder = PathTree.child(text, new PathTree(directory).text(at));
        facts.add(new EntryFact.HiddenFolder(folder));
      }
    }
  }
}
