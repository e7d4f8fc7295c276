package dev.pt2st.migrate.plan;

import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where a symbolic link of the source tree leads. */
sealed interface LinkTarget {
  /** More links than this behind each other are a circle, as they are for Linux. */
  int MOST_LINKS = 40;

  /**
   * To a file of the tree.
   *
   * @param item the link, with the size and time of the file
   * @param file without links
   */
  record OfFile(Item item, Path file) implements LinkTarget {}

  /** To a directory of the tree. */
  record OfDirectory(Item item) implements LinkTarget {}

  /**
   * To where a file was that is gone since an earlier run has converted it: that was stopped after
   * it had removed originals, and before it had removed the links to them.
   *
   * @param item the link, with the size and time that the file had
   * @param record what the journal says of the unit that the file was in
   */
  record OfRemoved(Item item, JournalRecord record) implements LinkTarget {

    /** Whether it is the index of a model. */
    boolean isIndex() {
      return record.files().size() > 1 && record.files().getLast().source().equals(item.leadsTo());
    }
  }

  /** To what is in the tree, and neither file nor directory. */
  record OfOther() implements LinkTarget {}

  /**
   * To nothing that could be followed.
   *
   * @param action what becomes of the link
   * @param why in words
   */
  record Nowhere(MigrationUnit.Action action, String why) implements LinkTarget {}

  /**
   * Follows a link.
   *
   * @param text the link's
   */
  static LinkTarget of(PlanningContext planning, Path link, String text) throws IOException {
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      return ofDangling(planning, link, text);
    }
    if (!real.startsWith(planning.realRoot())) {
      return new Nowhere(MigrationUnit.Action.LEAVE_ALONE, "the link leads out of the directory");
    }
    PathTree tree = new PathTree(planning.realRoot());
    String leadsTo = tree.text(real);
    if (!isOneOnly(tree, leadsTo)) {
      return new Nowhere(
          MigrationUnit.Action.REFUSE,
          "what it leads to has a name that reads like another's, as both are not UTF-8");
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(real, BasicFileAttributes.class);
    } catch (IOException e) {
      return new Nowhere(MigrationUnit.Action.FAIL, Failures.unreadable(e));
    }
    if (attributes.isDirectory()) {
      return new OfDirectory(new Item(text, 0, 0, "", leadsTo));
    }
    return attributes.isRegularFile()
        ? new OfFile(SourceFile.item(text, attributes, leadsTo), real)
        : new OfOther();
  }

  /** Whether a text leads to one file, and not to one of several. */
  private static boolean isOneOnly(PathTree tree, String text) {
    try {
      return Files.exists(tree.path(text));
    } catch (IOException e) {
      return false;
    }
  }

  private static LinkTarget ofDangling(PlanningContext planning, Path link, String text)
      throws IOException {
    Path to = end(link);
    if (to != null && to.startsWith(planning.realRoot())) {
      String source = new PathTree(planning.realRoot()).text(to);
      JournalRecord record = planning.earlier().recordOfSource(source);
      Done done = record == null ? null : record.of(source);
      if (record != null
          && done != null
          && record.isDone()
          && planning.earlier().areThere(record.files())) {
        return new OfRemoved(new Item(text, done.bytes(), done.modified(), "", source), record);
      }
    }
    return new Nowhere(MigrationUnit.Action.LEAVE_ALONE, "the link leads nowhere");
  }

  /** What a link that leads nowhere names, in a directory that is there; null if in none. */
  private static @Nullable Path end(Path link) {
    Path at = link.toAbsolutePath();
    try {
      for (int i = 0; i < MOST_LINKS; i++) {
        Path to = at.resolveSibling(Files.readSymbolicLink(at));
        Path directory = to.getParent();
        Path name = to.getFileName();
        if (directory == null || name == null) {
          return null;
        }
        at = directory.toRealPath().resolve(name);
        if (!Files.isSymbolicLink(at)) {
          return at;
        }
      }
    } catch (IOException e) {
      // Its directory is gone too.
    }
    return null;
  }
}
