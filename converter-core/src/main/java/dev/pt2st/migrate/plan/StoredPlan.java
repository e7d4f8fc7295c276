package dev.pt2st.migrate.plan;

import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.migrate.decide.Decision;
import dev.pt2st.migrate.decide.ProtectedFiles;
import dev.pt2st.migrate.lines.UnitJson;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationUnit;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A plan in nameless files: it receives decisions, directory by directory, and returns units. */
public final class StoredPlan implements MigrationPlan, AutoCloseable {
  private SpillingQueue<MigrationUnit> files = new SpillingQueue<>(UnitJson::write, UnitJson::read);
  private SpillingQueue<MigrationUnit> links = new SpillingQueue<>(UnitJson::write, UnitJson::read);
  private final SpillingQueue<MigrationUnit> leftLinks =
      new SpillingQueue<>(UnitJson::write, UnitJson::read);
  private final ProtectedFiles protectedFiles = new ProtectedFiles();
  private final Map<MigrationUnit.Action, Count> counts = new EnumMap<>(MigrationUnit.Action.class);
  private String unreadableFolder = "";
  private Count others = Count.NONE;
  private Count passedOver = Count.NONE;
  private long bytesToWorkOn;
  private long checkpoints;
  private final boolean copies;

  /**
   * @param copies whether side files are copied; links to them need no space
   */
  StoredPlan(boolean copies) throws IOException {
    this.copies = copies;
  }

  /** Carries out a decision. */
  public void take(Decision.OfPlan decision) throws IOException {
    switch (decision) {
      case Decision.AddUnit(MigrationUnit unit) -> add(unit);
      case Decision.CountOther(long bytes) -> others = others.plus(new Count(0, 1, bytes));
      case Decision.CountPassedOver(long bytes) ->
          passedOver = passedOver.plus(new Count(0, 1, bytes));
      case Decision.Protect(String source, String index) -> protectedFiles.add(source, index);
      case Decision.LeaveLink(MigrationUnit link) -> leftLinks.add(link);
      case Decision.LinksUnknown(String directory) ->
          unreadableFolder = unreadableFolder.isEmpty() ? directory : unreadableFolder;
    }
  }

  private void add(MigrationUnit unit) throws IOException {
    boolean link = unit.isLink();
    (link ? links : files).add(unit);
    bytesToWorkOn += bytesToWorkOn(unit);
    checkpoints += isCheckpoint(unit) ? 1 : 0;
    counts.merge(
        unit.action(), new Count(1, unit.files().size(), link ? 0 : unit.bytes()), Count::plus);
  }

  /** Makes the decisions that depend on the whole tree. */
  void settle() throws IOException {
    Supplier<@Nullable MigrationUnit> each = links.each();
    for (MigrationUnit unit = each.get(); unit != null; unit = each.get()) {
      protectedFiles.addLink(protectedFiles.decided(unit));
    }
    if (protectedFiles.isEmpty()) {
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
          add(protectedFiles.decided(unit));
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

  @Override
  public long bytesToWorkOn(MigrationUnit unit) {
    return switch (unit.action()) {
      case CONVERT, COMPARE -> unit.isLink() ? 0 : unit.bytes();
      case PUT_BESIDE -> copies && unit.kind() == MigrationUnit.Kind.SIDE_FILE ? unit.bytes() : 0;
      case KEEP, LEAVE_ALONE, REFUSE, FAIL -> 0;
    };
  }

  /** The first directory that could not be searched; empty if there is none. */
  public String unreadableFolder() {
    return unreadableFolder;
  }

  @Override
  public Supplier<@Nullable MigrationUnit> files() throws IOException {
    return files.each();
  }

  @Override
  public Supplier<@Nullable MigrationUnit> links() throws IOException {
    return links.each();
  }

  /** The links that are left unchanged, if originals are to be removed; null at the end. */
  public Supplier<@Nullable MigrationUnit> leftLinks() throws IOException {
    return leftLinks.each();
  }

  @Override
  public Count count(MigrationUnit.Action action) {
    return counts.getOrDefault(action, Count.NONE);
  }

  @Override
  public Count others() {
    return others;
  }

  @Override
  public Count passedOver() {
    return passedOver;
  }

  @Override
  public long checkpoints() {
    return checkpoints;
  }

  @Override
  public long bytesToWorkOn() {
    return bytesToWorkOn;
  }

  @Override
  public long bytesToWrite() {
    long sideFiles = copies ? count(MigrationUnit.Action.PUT_BESIDE).bytes() : 0;
    return count(MigrationUnit.Action.CONVERT).bytes() + sideFiles;
  }

  @Override
  public void close() throws IOException {
    try (protectedFiles;
        leftLinks) {
      try {
        files.close();
      } finally {
        links.close();
      }
    }
  }
}
