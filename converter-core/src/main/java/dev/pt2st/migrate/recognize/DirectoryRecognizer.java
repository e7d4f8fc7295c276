package dev.pt2st.migrate.recognize;

import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.io.spill.SortedDirectory;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.names.OwnFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns a directory of the source tree into facts. It only reads and makes no decisions. */
public final class DirectoryRecognizer implements AutoCloseable {
  private final SourceTree tree;
  private final Path journal;
  private final FileKindCache kinds;
  private final FileRecognizer files;
  private final LinkRecognizer links;
  private final Consumer<Path> looked;

  /** The target tree, without links; null in place, or if it does not exist yet. */
  private final @Nullable Path realTarget;

  /**
   * @param selection files that the user excludes are not looked at
   * @param earlier files that an earlier run has converted are not looked at again
   * @param looked receives each entry that was looked at
   * @throws IOException if the source tree does not exist
   */
  public DirectoryRecognizer(
      MigrationSettings settings, Selection selection, RunHistory earlier, Consumer<Path> looked)
      throws IOException {
    this.tree = SourceTree.of(settings, selection);
    this.journal = Journal.pathOf(settings).toAbsolutePath().normalize();
    Path target = settings.target().root();
    this.realTarget = settings.inPlace() || !Files.exists(target) ? null : target.toRealPath();
    this.looked = looked;
    this.kinds = new FileKindCache(settings.options().convert());
    this.files = new FileRecognizer(tree, earlier, kinds);
    this.links = new LinkRecognizer(tree, earlier, files);
  }

  /**
   * Looks at a directory and its direct entries.
   *
   * @param directory the text of the directory
   * @throws IOException if the root of the tree cannot be listed, or there is no room for the facts
   */
  public DirectoryFacts recognize(String directory) throws IOException {
    Path path = tree.settings().source().path(directory);
    if (realTarget != null && path.toRealPath().equals(realTarget)) {
      return new DirectoryFacts.TargetTree(directory);
    }
    DirectoryFacts.Entries facts = new DirectoryFacts.Entries(directory);
    try (UndecodableNames names = new UndecodableNames()) {
      list(path, directory, names, facts);
      return facts;
    } catch (IOException | RuntimeException | Error e) {
      facts.close();
      throw e;
    }
  }

  private void list(
      Path path, String directory, UndecodableNames names, DirectoryFacts.Entries facts)
      throws IOException {
    SortedDirectory entries = new SortedDirectory(path);
    try {
      PartRecognizer parts = PartRecognizer.in(path, directory, tree, facts);
      for (Path entry = entries.next(); entry != null; entry = entries.next()) {
        guarded(entry, directory, names, parts, facts);
        looked.accept(entry);
      }
    } catch (IOException e) {
      if (directory.isEmpty()) {
        throw e;
      }
      facts.add(new EntryFact.Unlisted(directory));
    }
  }

  private void guarded(
      Path path,
      String directory,
      UndecodableNames names,
      PartRecognizer parts,
      DirectoryFacts.Entries facts)
      throws IOException {
    String text = PathTree.child(directory, String.valueOf(path.getFileName()));
    try {
      recognize(path, text, names, parts, facts);
    } catch (InternalError e) {
      // A mapped page is gone; the JVM has no exception of its own for this.
      facts.add(new EntryFact.Unreadable(text, Failures.CUT_SHORT));
    } catch (OutOfMemoryError e) {
      facts.add(new EntryFact.Unreadable(text, "what it describes does not fit the heap"));
    } catch (RuntimeException | StackOverflowError e) {
      // A bug that one file triggers must not affect the others.
      facts.add(new EntryFact.Unreadable(text, "internal error, please report it: " + e));
    }
  }

  private void recognize(
      Path path,
      String text,
      UndecodableNames names,
      PartRecognizer parts,
      DirectoryFacts.Entries facts)
      throws IOException {
    String name = PathTree.name(text);
    if (OwnFiles.isOne(name)
        || path.toAbsolutePath().normalize().equals(journal)
        || TemporaryFiles.ownerOf(name).isPresent()) {
      return;
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      facts.add(new EntryFact.Unseen(text));
      return;
    }
    if (tree.selection().excludes(text)) {
      long bytes = attributes.isRegularFile() ? attributes.size() : 0;
      facts.add(new EntryFact.Excluded(text, bytes));
      addHiddenLinks(path, text, attributes, true, facts);
    } else if (names.hasAnother(path)) {
      facts.add(new EntryFact.NamesakeOfAnother(text, PathTree.shown(path)));
      addHiddenLinks(path, text, attributes, false, facts);
    } else if (parts.isPart(path, text, attributes, facts)) {
      addHiddenLinks(path, text, attributes, false, facts);
    } else if (attributes.isDirectory()) {
      facts.add(new EntryFact.Subdirectory(text));
    } else if (attributes.isSymbolicLink()) {
      links.recognize(path, text, facts);
    } else if (attributes.isRegularFile()) {
      files.recognize(path, SourceFile.item(text, attributes, ""), facts);
    }
    // Sockets, pipes and devices cannot be read to an end.
  }

  /** Adds the links in what is not looked at. */
  private void addHiddenLinks(
      Path path,
      String text,
      BasicFileAttributes attributes,
      boolean excluded,
      DirectoryFacts.Entries facts)
      throws IOException {
    HiddenLinks hidden = new HiddenLinks(tree, facts);
    if (attributes.isDirectory()) {
      hidden.addBelow(path, text, excluded);
    } else if (attributes.isSymbolicLink()) {
      hidden.add(path, text, excluded);
    }
  }

  @Override
  public void close() {
    kinds.close();
  }
}
