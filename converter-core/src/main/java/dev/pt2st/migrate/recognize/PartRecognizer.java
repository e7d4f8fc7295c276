package dev.pt2st.migrate.recognize;

import dev.pt2st.checkpoint.sharded.folder.CurrentStep;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.content.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the parts of a directory that is one checkpoint. They are not checkpoints of their
 * own, even if they look like it, and are never converted or removed.
 */
final class PartRecognizer {
  private final @Nullable FolderCheckpoint folder;
  private final String text;
  private final SourceTree tree;

  private PartRecognizer(@Nullable FolderCheckpoint folder, String text, SourceTree tree) {
    this.folder = folder;
    this.text = text;
    this.tree = tree;
  }

  /**
   * Looks at a directory as a whole, and adds the fact that it is one checkpoint if it is.
   *
   * @param text the text of the directory; empty for the root
   */
  static PartRecognizer in(Path path, String text, SourceTree tree, DirectoryFacts.Entries facts)
      throws IOException {
    FolderCheckpoint folder = FolderCheckpoint.in(path).orElse(null);
    String shown = text.isEmpty() ? SourceFile.ROOT : text;
    if (folder != null) {
      facts.add(
          new EntryFact.Folder(
              SourceFile.folder(shown, path),
              folder.kind(),
              text.isEmpty() ? "" : CurrentStep.whyNot(folder)));
    }
    return new PartRecognizer(folder, shown, tree);
  }

  /** Whether an entry of the directory belongs to its checkpoint. */
  boolean isPart(
      Path entry, String source, BasicFileAttributes attributes, DirectoryFacts.Entries facts)
      throws IOException {
    if (folder == null) {
      return false;
    }
    String name = String.valueOf(entry.getFileName());
    if (attributes.isDirectory()) {
      return folder.kind().isPartFolder(name);
    }
    if (!folder.kind().isPart(name) || !Files.isRegularFile(entry)) {
      return false;
    }
    if (attributes.isSymbolicLink()) {
      // The target of a link is not a checkpoint of its own either, as in a cache of blobs.
      Path real = entry.toRealPath();
      if (!tree.holds(real)) {
        return false;
      }
      facts.add(new EntryFact.NamedByBrokenIndex(tree.real().text(real), text));
      return true;
    }
    return !(FileKind.at(entry, tree.convertOptions()) instanceof FileKind.Other);
  }
}
