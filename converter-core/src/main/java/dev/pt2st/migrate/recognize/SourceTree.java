package dev.pt2st.migrate.recognize;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The tree that is recognised.
 *
 * @param selection files that the user excludes are not looked at
 * @param real the tree with its root resolved to a path without links
 */
record SourceTree(MigrationSettings settings, Selection selection, PathTree real) {

  static SourceTree of(MigrationSettings settings, Selection selection) throws IOException {
    return new SourceTree(settings, selection, new PathTree(settings.source().root().toRealPath()));
  }

  Path root() {
    return settings.source().root();
  }

  /** Whether a path without links is in the tree. */
  boolean holds(Path path) {
    return path.startsWith(real.root());
  }

  ConvertOptions convertOptions() {
    return settings.options().convert();
  }

  /** Whether all links must be known, as their targets may be removed. */
  boolean looksForHiddenLinks() {
    return settings.options().removesOriginals();
  }
}
