package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.recognize.EntryFact.LinkDefect;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds out where a symbolic link of the source tree leads. */
final class LinkRecognizer {
  /** A longer chain of links counts as a cycle, as in Linux. */
  private static final int MOST_LINKS = 40;

  private final SourceTree tree;
  private final RunHistory earlier;
  private final FileRecognizer files;

  /**
   * @param files recognises what links lead to
   */
  LinkRecognizer(SourceTree tree, RunHistory earlier, FileRecognizer files) {
    this.tree = tree;
    this.earlier = earlier;
    this.files = files;
  }

  /**
   * Adds the facts about a link.
   *
   * @param text the text of the link
   */
  void recognize(Path link, String text, DirectoryFacts.Entries facts) throws IOException {
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      facts.add(dangling(link, text));
      return;
    }
    if (!tree.holds(real)) {
      facts.add(new EntryFact.BrokenLink(text, "", LinkDefect.LEADS_OUT));
      return;
    }
    String leadsTo = tree.real().text(real);
    if (!isOneOnly(leadsTo)) {
      boolean file = !Files.isDirectory(real);
      facts.add(new EntryFact.BrokenLink(text, file ? leadsTo : "", LinkDefect.AMBIGUOUS));
      return;
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(real, BasicFileAttributes.class);
    } catch (IOException e) {
      facts.add(new EntryFact.LinkToUnreadable(text, leadsTo, Failures.unreadable(e)));
      return;
    }
    if (attributes.isDirectory()) {
      facts.add(new EntryFact.LinkToDirectory(new Item(text, 0, 0, "", leadsTo)));
    } else if (attributes.isRegularFile()) {
      files.recognizeLinked(link, SourceFile.item(text, attributes, leadsTo), real, facts);
    }
    // Only files and directories could be converted.
  }

  /** Whether a text is that of only one file. */
  private boolean isOneOnly(String text) {
    try {
      return Files.exists(tree.real().path(text));
    } catch (IOException e) {
      return false;
    }
  }

  private EntryFact dangling(Path link, String text) throws IOException {
    Path to = end(link);
    if (to != null && tree.holds(to)) {
      String source = tree.real().text(to);
      JournalRecord record = earlier.recordOfSource(source);
      Done done = record == null ? null : record.of(source);
      if (record != null && done != null && record.isDone() && earlier.areThere(record.files())) {
        return removed(new Item(text, done.bytes(), done.modified(), "", source), record);
      }
    }
    return new EntryFact.BrokenLink(text, "", LinkDefect.LEADS_NOWHERE);
  }

  /**
   * A link to a file that an earlier run has removed. The last file in a record of several is an
   * index.
   */
  private static EntryFact removed(Item item, JournalRecord record) {
    boolean index =
        record.files().size() > 1 && record.files().getLast().source().equals(item.leadsTo());
    if (!index) {
      return new EntryFact.LinkToRemoved(item);
    }
    Set<String> shards = new TreeSet<>();
    record.files().forEach(done -> shards.add(PathTree.name(done.source())));
    shards.remove(PathTree.name(item.leadsTo()));
    return new EntryFact.Index(item, shards, true);
  }

  /** The target of a broken link in an existing directory; null if its directory does not exist. */
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
      // The directory is gone too.
    }
    return null;
  }
}
