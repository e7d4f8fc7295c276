package dev.pt2st.migrate.recognize;

import dev.pt2st.CheckpointException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.content.IndexNames;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.safetensors.format.SafetensorsContent;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Recognises the index of a model in shards, and reads which files it names. */
final class IndexRecognizer {
  private final SourceTree tree;

  IndexRecognizer(SourceTree tree) {
    this.tree = tree;
  }

  /**
   * Adds the facts about an index, or a link to one.
   *
   * @return false if the file is not an index, and nothing was added
   */
  boolean recognize(Path path, Item item, DirectoryFacts.Entries facts) throws IOException {
    if (TargetNames.ofIndex(PathTree.name(item.source())).isEmpty()) {
      return false;
    }
    try (MappedFile file = MappedFile.open(path)) {
      Map<String, String> shards = SafetensorsContent.indexOf(file);
      if (shards != null) {
        facts.add(new EntryFact.Index(item, Set.copyOf(shards.values()), false));
        return true;
      }
      if (!(FileKind.at(path, tree.convertOptions()) instanceof FileKind.Other)) {
        return false;
      }
      addBroken(path, item, false, "it has the name of an index but is not one", facts);
    } catch (CheckpointException e) {
      addBroken(path, item, Failures.verdict(e) == Verdict.REFUSED, e.problem(), facts);
    } catch (IOException e) {
      addBroken(path, item, false, Failures.unreadable(e), facts);
    }
    return true;
  }

  private void addBroken(
      Path path, Item item, boolean refused, String problem, DirectoryFacts.Entries facts)
      throws IOException {
    IndexNames names = IndexNames.of(path);
    for (String name : names.files()) {
      addNamed(path, name, item.source(), facts);
    }
    facts.add(new EntryFact.BrokenIndex(item, refused, problem, names.files(), names.areAll()));
  }

  /** Adds a file that a broken index names, if it is in the tree, and what it leads to. */
  private void addNamed(Path path, String name, String index, DirectoryFacts.Entries facts)
      throws IOException {
    Path named;
    Path real;
    try {
      named = path.resolveSibling(name);
      real = named.toRealPath();
    } catch (IOException | InvalidPathException e) {
      return; // it does not exist
    }
    if (named.normalize().startsWith(tree.root())) {
      String text = new PathTree(tree.root()).text(named.normalize());
      facts.add(new EntryFact.NamedByBrokenIndex(text, index));
    }
    if (tree.holds(real)) {
      facts.add(new EntryFact.NamedByBrokenIndex(tree.real().text(real), index));
    }
  }
}
