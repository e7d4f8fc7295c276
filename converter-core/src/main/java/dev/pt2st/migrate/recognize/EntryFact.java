package dev.pt2st.migrate.recognize;

import dev.pt2st.checkpoint.sharded.FolderKind;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.util.Set;

/**
 * What is known of one entry of a directory, as plain data. An entry may give several facts, and
 * one that no migration looks at, such as a socket, gives none. No item here has a target yet.
 */
public sealed interface EntryFact {
  /** The text of what it is about, below the source tree. */
  String source();

  /** A directory. */
  record Subdirectory(String source) implements EntryFact {}

  /**
   * The directory itself, if it is one checkpoint: there are no facts about its parts.
   *
   * @param item with the size of all parts, and the time of the latest
   * @param notTaken why it is passed over, as another one beside it is meant; empty if it is taken
   */
  record Folder(Item item, FolderKind kind, String notTaken) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /** A file, and what its content says that it is. */
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
   * @param checkpoint whether the file is one
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
   * A symbolic link to where a checkpoint was that an earlier run has converted and removed: that
   * run was stopped before it had removed the links.
   *
   * @param item the link, with the size and time that the checkpoint had
   */
  record LinkToRemoved(Item item) implements EntryFact {
    @Override
    public String source() {
      return item.source();
    }
  }

  /** A symbolic link to a file of the tree that could not be looked at. */
  record LinkToUnreadable(String source, String leadsTo, String why) implements EntryFact {}

  /**
   * A symbolic link that cannot be followed.
   *
   * @param leadsTo the file of the tree that it leads to; empty if it leads to none
   */
  record BrokenLink(String source, String leadsTo, LinkDefect defect) implements EntryFact {}

  /** Why a link cannot be followed. */
  enum LinkDefect {
    LEADS_OUT,
    LEADS_NOWHERE,
    /** The text of what it leads to stands for two files. */
    AMBIGUOUS
  }

  /**
   * The index of a model in shards, or a link to one.
   *
   * @param shards the names of the files that it names
   * @param removed whether it is a link, and its file gone as that of a {@link LinkToRemoved}
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
   * What is named as an index, and cannot be read or must not be followed.
   *
   * @param refused whether it must not be followed; else it cannot be read
   * @param problem in words
   * @param names the files that it names, as far as it can be read
   * @param namesAll whether it names no others
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
   * A file that a broken index names, wherever in the tree it is, or what such a file leads to.
   *
   * @param source the file
   */
  record NamedByBrokenIndex(String source, String index) implements EntryFact {}

  /**
   * An entry whose name is no text and reads like another's.
   *
   * @param shown the name with its bytes
   */
  record NamesakeOfAnother(String source, String shown) implements EntryFact {}

  /**
   * What the user's patterns exclude.
   *
   * @param bytes of a file; 0 for all else
   */
  record Excluded(String source, long bytes) implements EntryFact {}

  /**
   * A link to a file of the tree that is not followed, as it or a directory above it is left out;
   * only looked for if originals are to be removed.
   *
   * @param excluded whether the user's patterns exclude it
   */
  record HiddenLink(String source, String leadsTo, boolean excluded) implements EntryFact {}

  /** A directory that could not be looked through for links. */
  record HiddenFolder(String source) implements EntryFact {}

  /** An entry of which not even its kind can be told. */
  record Unseen(String source) implements EntryFact {}

  /** A file that could not be looked at. */
  record Unreadable(String source, String why) implements EntryFact {}

  /** The directory itself, if its entries could not be listed to the end. */
  record Unlisted(String source) implements EntryFact {}
}
