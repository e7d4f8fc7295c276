package dev.pt2st.migrate.unit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a migration that is done whole or not at all, as plain data: a checkpoint, a model in
 * shards, a link, a side file, or what is left alone. All names are texts of a {@link PathTree}.
 *
 * @param kind what it is
 * @param files each source with its target
 * @param index of a model in shards, with its target, be it {@linkplain Item#isMade made} for it;
 *     null for all else
 * @param action what is to be done
 * @param reason why it is left alone, refused or failed; empty for all else
 */
public record MigrationUnit(
    Kind kind, List<Item> files, @Nullable Item index, Action action, String reason) {

  /** What a unit is. */
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
    /** A file that is no checkpoint, such as a configuration or a tokenizer. */
    SIDE_FILE,
    /** A symbolic link to anything else in the tree. */
    SIDE_LINK,
    /** What could not be looked at, or has no name that would lead to it. */
    UNREADABLE
  }

  /** What is to be done about a unit. */
  public enum Action {
    /** To be converted. */
    CONVERT,
    /** Its target was made by an earlier run, as the journal says; of a side file too. */
    KEEP,
    /**
     * The same, and its sources are to go: the target is compared with them anew, and made anew if
     * it differs.
     */
    COMPARE,
    /** Nothing is done about it, for a reason. */
    LEAVE_ALONE,
    /** The rules refuse it, for a reason. */
    REFUSE,
    /** It cannot be read or written, for a reason. */
    FAIL,
    /** A side file, to be copied or linked. */
    PUT_BESIDE
  }

  /**
   * A source and what comes of it.
   *
   * @param source below the source tree; empty for an index that is made since there is none
   * @param bytes its size
   * @param modified when it was changed last, in nanoseconds since 1970
   * @param target below the target tree; for a link, that of the file that it leads to stands in
   *     {@code leadsTo}; empty where nothing comes of it
   * @param leadsTo the file in the source tree that a link leads to; empty for a file
   */
  public record Item(String source, long bytes, long modified, String target, String leadsTo) {

    /** A file. */
    public static Item of(String source, long bytes, long modified, String target) {
      return new Item(source, bytes, modified, target, "");
    }

    /** An index that has no source. */
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

  /** Whether it is a checkpoint, in one file or more, or a model in shards, and no link to such. */
  public boolean isModel() {
    return kind == Kind.CHECKPOINT || kind == Kind.MODEL || kind == Kind.FOLDER;
  }

  /** Whether it is a link to a checkpoint, or a model of links. */
  public boolean isLink() {
    return kind == Kind.LINK || kind == Kind.LINKED_MODEL;
  }

  /** What the journal and messages call it: its index, or else its first source. */
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

  /** The bytes of all its files. */
  public long bytes() {
    return files.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * The same files with another action.
   *
   * @param newReason why it is left alone, refused or failed; empty for all else
   */
  public MigrationUnit with(Action newAction, String newReason) {
    return new MigrationUnit(kind, files, index, newAction, newReason);
  }
}
