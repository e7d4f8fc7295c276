package dev.pt2st.migrate.plan;

import dev.pt2st.Remedy;
import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** What becomes of a unit, by what earlier runs have made of it and what stands against it. */
final class UnitDecision {
  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final TargetClaims claims;
  private final ExistingSafetensors beside;

  /**
   * @param claims who in the directory wants which name
   */
  UnitDecision(PlanningContext planning, TargetClaims claims) {
    this.settings = planning.settings();
    this.earlier = planning.earlier();
    this.claims = claims;
    this.beside = new ExistingSafetensors(settings, planning.selection());
  }

  /** The same of a side file, or of a link to one. */
  MigrationUnit ofSideFile(MigrationUnit unit) throws IOException {
    JournalRecord record = earlier.record(unit);
    return record != null && earlier.isPutBeside(unit, record) ? unit.with(Action.KEEP, "") : unit;
  }

  /** A unit with what is to be done about it. */
  MigrationUnit of(MigrationUnit unit) throws IOException {
    try {
      return namesFit(decided(unit));
    } catch (FileSystemException e) {
      return unit.with(Action.FAIL, Failures.reason(e));
    } catch (InvalidPathException e) {
      return unit; // the work on it says so
    }
  }

  /** Fails what no file system would take before it is converted, and not at its last step. */
  private MigrationUnit namesFit(MigrationUnit unit) throws IOException {
    if (unit.action() != Action.CONVERT) {
      return unit;
    }
    for (Item item : unit.items()) {
      Path name = thereOrAbove(item.target());
      try {
        Files.readAttributes(name, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException | AccessDeniedException e) {
        // As it should be, or told by the work on it.
      } catch (FileSystemException e) {
        return unit.with(
            Action.FAIL,
            "its output cannot be named "
                + PathTree.name(item.target())
                + ": "
                + e.getReason()
                + "; give the checkpoint a shorter name");
      }
    }
    return unit;
  }

  /** The path of a target or, where its directory is not there yet, its name in one that is. */
  private Path thereOrAbove(String target) throws IOException {
    String directory = PathTree.parent(target);
    while (!directory.isEmpty() && !Files.exists(settings.target().path(directory))) {
      directory = PathTree.parent(directory);
    }
    return settings.target().path(PathTree.child(directory, PathTree.name(target)));
  }

  private MigrationUnit decided(MigrationUnit unit) throws IOException {
    JournalRecord record = earlier.record(unit);
    if (record != null && earlier.isDone(unit, record)) {
      return unit.with(settings.options().removeOriginals() ? Action.COMPARE : Action.KEEP, "");
    }
    if (unit.action() != Action.CONVERT) {
      return unit;
    }
    if (record != null && earlier.isPutBeside(unit, record)) {
      // An archive without a model, which an earlier run has found out.
      return new MigrationUnit(MigrationUnit.Kind.SIDE_FILE, unit.files(), null, Action.KEEP, "");
    }
    if (record != null
        && record.verdict() == UnitResult.Verdict.LEFT_ALONE
        && RunHistory.areUnchanged(unit, record)
        && settings.inPlace()
        && holdsStill(unit, record.reason())) {
      return unit.with(Action.LEAVE_ALONE, record.reason());
    }
    MigrationUnit decided = beside.decided(unit);
    if (decided != null) {
      return decided;
    }
    for (Item item : unit.items()) {
      String source = item.isMade() ? unit.name() : item.source();
      List<String> others = claims.othersOf(source, item.target());
      if (!others.isEmpty()) {
        return unit.with(
            Action.REFUSE,
            source
                + " and "
                + String.join(", ", others)
                + " would both be "
                + item.target()
                + "; "
                + settings.wording().of(new Remedy.LeaveOut("rename one, or leave it out")));
      }
    }
    return unit;
  }

  /**
   * Whether the reason for which a unit was left alone is one still: the file beside it is there.
   */
  private boolean holdsStill(MigrationUnit unit, String reason) throws IOException {
    for (Item item : unit.items()) {
      if (reason.equals(ExistingSafetensors.reason(item.target()))) {
        return Files.exists(settings.target().path(item.target()));
      }
    }
    return true;
  }
}
