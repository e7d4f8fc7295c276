package dev.pt2st.migrate.recognize;

import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.util.Set;

/**
 * A fact about one entry of a directory, as plain data. An entry may have several facts, and one
 * that migrations ignore, such as a socket, has none. No item has a target yet.
 */
public sealed interface EntryFact {
  /** The text of the entry, below the source tree. */
  String source();

  /** A directory. */
  record Subdirectory(String source) implements EntryFact {}

  /**
   * The directory itself, if it is one checkpoint: there are no facts about its parts.
   *
   * @param item the directory, with the size of all parts and the time of the latest one
   * @param notTaken why another directory beside it is taken instead; empty if this one is taken
   */
  record Folder(Item item, FolderKind kind, String notTaken) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /** A file and its kind, detected by its content. */
  record File(Item item, FileKind kind) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /**
   * A symbolic link to a file of the tree.
   *
   * @param item the link, with the size and time of the file
   * @param checkpoint whether the file is a checkpoint
   */
  record LinkToFile(Item item, boolean checkpoint) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /** A symbolic link to a directory of the tree. */
  record LinkToDirectory(Item item) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /**
   * A symbolic link to a checkpoint that an earlier run has converted and removed. That run was
   * stopped before it removed the links.
   *
   * @param item the link, with the size and time of the removed checkpoint
   */
  record LinkToRemoved(Item item) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /** A symbolic link to a file of the tree that could not be examined. */
  record LinkToUnreadable(String source, String leadsTo, String why) implements EntryFact {}

  /**
   * A symbolic link that cannot be followed.
   *
   * @param leadsTo the file of the tree that it leads to; empty if there is none
   */
  record BrokenLink(String source, String leadsTo, LinkDefect defect) implements EntryFact {}

  /** Why a link cannot be followed. */
  enum LinkDefect {
    LEADS_OUT,
    LEADS_NOWHERE,
    /** The text of its target is the text of two files. */
    AMBIGUOUS
  }

  /**
   * The index of a model in shards, or a link to one.
   *
   * @param shards the names of the files in the index
   * @param removed whether it is a link to a removed file, as in {@link LinkToRemoved}
   */
  record Index(Item item, Set<String> shards, boolean removed) implements EntryFact {
    public Index {
      shards = Set.copyOf(shards);
    }

    @Override
    public String source() {
      return item.source();
    }
  }

  /**
   * A file with the name of an index that cannot be read or must not be followed.
   *
   * @param refused whether it must not be followed; otherwise it cannot be read
   * @param problem in words
   * @param names the files in the index, as far as it can be read
   * @param namesAll whether these are all files in the index
   */
  record BrokenIndex(
      Item item, boolean refused, String problem, Set<String> names, boolean namesAll)
      implements EntryFact {
    public BrokenIndex {
      names = Set.copyOf(names);
    }

    @Override
    public String source() {
      return item.source();
    }
  }

  /**
   * A file anywhere in the tree that a broken index names, or the target of such a link.
   *
   * @param source the file
   */
  record NamedByBrokenIndex(String source, String index) implements EntryFact {}

  /**
   * An entry whose name cannot be decoded and has the same text as another's.
   *
   * @param shown the name with its undecodable bytes
   */
  record NamesakeOfAnother(String source, String shown) implements EntryFact {}

  /**
   * An entry that the user's patterns exclude.
   *
   * @param bytes the size of a file; 0 for other entries
   */
  record Excluded(String source, long bytes) implements EntryFact {}

  /**
   * A link to a file of the tree that is not followed because it or a directory above it is left
   * out. Such links are only searched for if originals are to be removed.
   *
   * @param excluded whether the user's patterns exclude it
   */
  record HiddenLink(String source, String leadsTo, boolean excluded) implements EntryFact {}

  /** A directory that could not be searched for links. */
  record HiddenFolder(String source) implements EntryFact {}

  /** An entry whose type cannot be determined. */
  record Unseen(String source) implements EntryFact {}

  /** A file that could not be examined. */
  record Unreadable(String source, String why) implements EntryFact {}

  /** The directory itself, if its entries could not all be listed. */
  record Unlisted(String source) implements EntryFact {}
}
