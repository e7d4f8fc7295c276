package dev.pt2st.migrate.plan;

import dev.pt2st.io.SpillingQueue;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.UnitJson;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a migration is going to do, as plain data: units in the order of their names, directory by
 * directory. However many there are, they take no heap.
 */
public final class MigrationPlan implements AutoCloseable {
  private SpillingQueue<MigrationUnit> files = new SpillingQueue<>(UnitJson::write, UnitJson::read);
  private SpillingQueue<MigrationUnit> links = new SpillingQueue<>(UnitJson::write, UnitJson::read);
  private final SpillingQueue<MigrationUnit> leftLinks =
      new SpillingQueue<>(UnitJson::write, UnitJson::read);
  private final ProtectedFiles kept = new ProtectedFiles();
  private final Map<MigrationUnit.Action, Count> counts = new EnumMap<>(MigrationUnit.Action.class);
  private String unreadableFolder = "";
  private Count others = Count.NONE;
  private Count passedOver = Count.NONE;
  private long bytesToWorkOn;
  private long checkpoints;
  private final boolean copies;

  /**
   * How many files there are, and their bytes.
   *
   * @param units of the plan
   * @param files in them
   * @param bytes of these files
   */
  public record Count(long units, long files, long bytes) {
    static final Count NONE = new Count(0, 0, 0);

    Count plus(long moreUnits, long moreFiles, long moreBytes) {
      return new Count(units + moreUnits, files + moreFiles, bytes + moreBytes);
    }
  }

  /**
   * @param copies whether side files are copied: links to them take no room
   */
  MigrationPlan(boolean copies) throws IOException {
    this.copies = copies;
  }

  void add(MigrationUnit unit) throws IOException {
    boolean link = isLink(unit);
    (link ? links : files).add(unit);
    bytesToWorkOn += bytesToWorkOn(unit);
    checkpoints += isCheckpoint(unit) ? 1 : 0;
    counts.merge(
        unit.action(),
        Count.NONE.plus(1, unit.files().size(), link ? 0 : unit.bytes()),
        (one, other) -> one.plus(other.units, other.files, other.bytes));
  }

  /**
   * Takes in a file that is not converted on its own, as an index that is not converted names it.
   *
   * @param file its text, or that of a link to it
   */
  void keep(String file, String index) throws IOException {
    kept.add(file, index);
  }

  /** Decides what can be told only when the whole tree has been looked through. */
  void settle() throws IOException {
    Supplier<@Nullable MigrationUnit> each = links.each();
    for (MigrationUnit unit = each.get(); unit != null; unit = each.get()) {
      kept.addLink(kept.decided(unit));
    }
    if (kept.isEmpty()) {
      return;
    }
    try (SpillingQueue<MigrationUnit> oldFiles = files;
        SpillingQueue<MigrationUnit> oldLinks = links) {
      files = new SpillingQueue<>(UnitJson::write, UnitJson::read);
      links = new SpillingQueue<>(UnitJson::write, UnitJson::read);
      counts.clear();
      bytesToWorkOn = 0;
      checkpoints = 0;
      for (SpillingQueue<MigrationUnit> old : List.of(oldFiles, oldLinks)) {
        each = old.each();
        for (MigrationUnit unit = each.get(); unit != null; unit = each.get()) {
          add(kept.decided(unit));
        }
      }
    }
  }

  private static boolean isCheckpoint(MigrationUnit unit) {
    return switch (unit.action()) {
      case CONVERT, COMPARE -> true;
      case KEEP -> unit.kind() != MigrationUnit.Kind.SIDE_FILE;
      case PUT_BESIDE, LEAVE_ALONE, REFUSE, FAIL -> false;
    };
  }

  private static boolean isLink(MigrationUnit unit) {
    return unit.kind() == MigrationUnit.Kind.LINK || unit.kind() == MigrationUnit.Kind.LINKED_MODEL;
  }

  /** The bytes of a unit that are read, be it to be converted, compared or copied. */
  public long bytesToWorkOn(MigrationUnit unit) {
    return switch (unit.action()) {
      case CONVERT, COMPARE -> isLink(unit) ? 0 : unit.bytes();
      case PUT_BESIDE -> copies && unit.kind() == MigrationUnit.Kind.SIDE_FILE ? unit.bytes() : 0;
      case KEEP, LEAVE_ALONE, REFUSE, FAIL -> 0;
    };
  }

  /** Takes in a link to a file of the tree that nothing is done about. */
  void addLeftLink(MigrationUnit link) throws IOException {
    leftLinks.add(link);
  }

  /** Takes in a directory whose links are not known: they may lead to any original. */
  public void addUnreadableFolder(String text) {
    unreadableFolder = unreadableFolder.isEmpty() ? text : unreadableFolder;
  }

  /** The first directory that could not be looked through; empty if there is none. */
  public String unreadableFolder() {
    return unreadableFolder;
  }

  void addOther(long bytes) {
    others = others.plus(0, 1, bytes);
  }

  void addPassedOver(long bytes) {
    passedOver = passedOver.plus(0, 1, bytes);
  }

  /** The units that do not need others to be done first, one by one; null at the end. */
  public Supplier<@Nullable MigrationUnit> files() throws IOException {
    return files.each();
  }

  /** The links, which come behind all files that they may lead to; null at the end. */
  public Supplier<@Nullable MigrationUnit> links() throws IOException {
    return links.each();
  }

  /** The links that nothing is done about, where originals are to go; null at the end. */
  public Supplier<@Nullable MigrationUnit> leftLinks() throws IOException {
    return leftLinks.each();
  }

  /** The units with an action. The bytes of a link are those of its file, and not counted. */
  public Count count(MigrationUnit.Action action) {
    return counts.getOrDefault(action, Count.NONE);
  }

  /** The files that are no checkpoints and in no unit. */
  public Count others() {
    return others;
  }

  /** The files that a pattern of the user's passes over. */
  public Count passedOver() {
    return passedOver;
  }

  /** The checkpoints that are to be converted, or that earlier runs have converted. */
  public long checkpoints() {
    return checkpoints;
  }

  /**
   * The bytes that are read, be they to be converted, compared or copied: so many a {@link
   * MigrationListener} hears of, however it ends.
   */
  public long bytesToWorkOn() {
    return bytesToWorkOn;
  }

  /**
   * About the bytes that will be written: those of the sources, as what a checkpoint holds beside
   * its tensors is little, and what is left out is known only when it has been read.
   */
  public long bytesToWrite() {
    long sideFiles = copies ? count(MigrationUnit.Action.PUT_BESIDE).bytes() : 0;
    return count(MigrationUnit.Action.CONVERT).bytes() + sideFiles;
  }

  @Override
  public void close() throws IOException {
    try (kept;
        leftLinks) {
      try {
        files.close();
      } finally {
        links.close();
      }
    }
  }
}
