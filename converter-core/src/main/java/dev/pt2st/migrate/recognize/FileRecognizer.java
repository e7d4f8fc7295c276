package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Recognises a file as an index, or by its first bytes. */
final class FileRecognizer {
  private final SourceTree tree;
  private final RunHistory earlier;
  private final FileKindCache kinds;
  private final IndexRecognizer indices;

  FileRecognizer(SourceTree tree, RunHistory earlier, FileKindCache kinds) {
    this.tree = tree;
    this.earlier = earlier;
    this.kinds = kinds;
    this.indices = new IndexRecognizer(tree);
  }

  /** Adds the facts about a file. */
  void recognize(Path path, Item item, DirectoryFacts.Entries facts) throws IOException {
    if (indices.recognize(path, item, facts)) {
      return;
    }
    FileKind kind;
    try {
      kind = kind(path, item);
    } catch (IOException e) {
      facts.add(new EntryFact.Unreadable(item.source(), Failures.unreadable(e)));
      return;
    }
    kinds.add(item.source(), kind);
    facts.add(new EntryFact.File(item, kind));
  }

  /**
   * Detects the kind of a file. A file that was a checkpoint and has not changed is not read again.
   */
  private FileKind kind(Path path, Item item) throws IOException {
    JournalRecord record = earlier.record(item.source());
    boolean known =
        record != null
            && record.files().size() == 1
            && record.files().getFirst().bytes() > 0
            && record.isDone()
            && RunHistory.areUnchanged(
                new MigrationUnit(Kind.CHECKPOINT, List.of(item), null, Action.CONVERT, ""),
                record);
    return known ? new FileKind.Checkpoint(false) : FileKind.at(path, tree.convertOptions());
  }

  /**
   * Adds the facts about a link to a file.
   *
   * @param item the link, with the size and time of the file
   * @param file the path of the file, without links
   */
  void recognizeLinked(Path link, Item item, Path file, DirectoryFacts.Entries facts)
      throws IOException {
    if (indices.recognize(link, item, facts)) {
      return;
    }
    boolean checkpoint;
    try {
      checkpoint = kinds.isCheckpoint(file, item.leadsTo());
    } catch (IOException e) {
      facts.add(
          new EntryFact.LinkToUnreadable(item.source(), item.leadsTo(), Failures.unreadable(e)));
      return;
    }
    facts.add(new EntryFact.LinkToFile(item, checkpoint));
  }
}
