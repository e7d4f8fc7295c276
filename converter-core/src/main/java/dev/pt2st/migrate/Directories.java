package dev.pt2st.migrate;

import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** The directories of a target tree. */
final class Directories {
  private Directories() {}

  /**
   * Waits until the name of a file is on the disk, and those of all directories that lead to it
   * from the root of its tree on, with the root's own: any of them may be new.
   */
  static void sync(Tree tree, String file) throws IOException {
    for (String at = file; !at.isEmpty(); at = Tree.parent(at)) {
      AtomicOutput.sync(tree.path(Tree.parent(at)));
    }
    Path above = AtomicOutput.directoryOf(tree.root().toRealPath());
    try {
      AtomicOutput.sync(above);
    } catch (AccessDeniedException e) {
      // A directory that may not be read is not one that this user has put the tree into.
    }
  }
}
