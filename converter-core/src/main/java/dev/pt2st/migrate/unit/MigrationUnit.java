package dev.pt2st.migrate.unit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a migration that is done completely or not at all, as plain data: a checkpoint, a
 * model in shards, a link, a side file, or something that is left unchanged. All names are texts of
 * a {@link PathTree}.
 *
 * @param kind what it is
 * @param files each source with its target
 * @param index the index of a model in shards, which may be {@linkplain Item#isMade made} for it;
 *     null for other units
 * @param action what is to be done
 * @param reason why it is left unchanged, refused or failed; empty for other actions
 */
public record MigrationUnit(
    Kind kind, List<Item> files, @Nullable Item index, Action action, String reason) {

  /** The kind of a unit. */
  public enum Kind {
    /** A checkpoint in one file. */
    CHECKPOINT,
    /** A model in several files that an index names. */
    MODEL,
    /** A folder that is one checkpoint, written by several processes; it is never removed. */
    FOLDER,
    /** A symbolic link to a checkpoint of the tree. */
    LINK,
    /** A model whose shards and index are links. */
    LINKED_MODEL,
    /** A file that is not a checkpoint, such as a configuration or a tokenizer. */
    SIDE_FILE,
    /** A symbolic link to anything else in the tree. */
    SIDE_LINK,
    /** An entry that could not be examined, or has no unambiguous name. */
    UNREADABLE
  }

  /** The planned action for a unit. */
  public enum Action {
    /** It is converted. */
    CONVERT,
    /** An earlier run has made its target, according to the journal; also for side files. */
    KEEP,
    /**
     * Like {@link #KEEP}, but its sources are to be removed: the target is compared with them
     * again, and made again if it differs.
     */
    COMPARE,
    /** Nothing is done about it, for a reason. */
    LEAVE_ALONE,
    /** The rules refuse it, for a reason. */
    REFUSE,
    /** It cannot be read or written, for a reason. */
    FAIL,
    /** It is a side file that is copied or linked. */
    PUT_BESIDE
  }

  /**
   * A source and its target.
   *
   * @param source below the source tree; empty for an index that is made because the sources have
   *     none
   * @param bytes the size of the source in bytes
   * @param modified the time of its last change, in nanoseconds since 1970
   * @param target below the target tree; empty if there is no output
   * @param leadsTo the file in the source tree that a link leads to; empty for a file
   */
  public record Item(String source, long bytes, long modified, String target, String leadsTo) {

    /** An item for a file. */
    public static Item of(String source, long bytes, long modified, String target) {
      return new Item(source, bytes, modified, target, "");
    }

    /** An item for an index without a source. */
    public static Item made(String target) {
      return of("", 0, 0, target);
    }

    /** Whether it has no source: it is made from the other files of its unit. */
    public boolean isMade() {
      return source.isEmpty();
    }

    /**
     * The same source with another target.
     *
     * @param newTarget below the target tree
     */
    public Item withTarget(String newTarget) {
      return new Item(source, bytes, modified, newTarget, leadsTo);
    }
  }

  public MigrationUnit {
    files = List.copyOf(files);
  }

  /**
   * Whether it is a checkpoint, in one or more files, or a model in shards, and not a link to one.
   */
  public boolean isModel() {
    return kind == Kind.CHECKPOINT || kind == Kind.MODEL || kind == Kind.FOLDER;
  }

  /** Whether it is a link to a checkpoint, or a model of links. */
  public boolean isLink() {
    return kind == Kind.LINK || kind == Kind.LINKED_MODEL;
  }

  /** Its name in the journal and in messages: its index, or else its first source. */
  public String name() {
    return index == null || index.isMade() ? files.getFirst().source() : index.source();
  }

  /** All items: its files, then its index. */
  public List<Item> items() {
    if (index == null) {
      return files;
    }
    List<Item> items = new ArrayList<>(files);
    items.add(index);
    return items;
  }

  /** The items that have a source. */
  public List<Item> sources() {
    return index != null && index.isMade() ? files : items();
  }

  /** The size of all its files in bytes. */
  public long bytes() {
    return files.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * The same files with another action.
   *
   * @param newReason why it is left unchanged, refused or failed; empty for other actions
   */
  public MigrationUnit with(Action newAction, String newReason) {
    return new MigrationUnit(kind, files, index, newAction, newReason);
  }
}
