package dev.pt2st.migrate.decide;

import dev.pt2st.Remedy;
import dev.pt2st.RemedyWording;
import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.content.ExistingSafetensors.Beside;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.recognize.FactsOnDemand;
import dev.pt2st.migrate.recognize.FactsOnDemand.UnfitName;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;

/**
 * Decides what is done with a unit, by the results of earlier runs and by obstacles: an existing
 * file, another source that needs the same name, or a name that is too long.
 */
final class UnitDecider {
  private final FactsOnDemand look;
  private final TargetClaims claims;
  private final boolean removeOriginals;
  private final RemedyWording wording;

  /**
   * @param claims the names that sources of the directory claim
   * @param removeOriginals whether sources are to be removed, so that outputs of earlier runs are
   *     compared again
   * @param wording words the remedies in reasons
   */
  UnitDecider(
      FactsOnDemand look, TargetClaims claims, boolean removeOriginals, RemedyWording wording) {
    this.look = look;
    this.claims = claims;
    this.removeOriginals = removeOriginals;
    this.wording = wording;
  }

  /** A side file, or a link to one, with its action. */
  static MigrationUnit ofSideFile(MigrationUnit unit, FactsOnDemand look) throws IOException {
    try {
      return look.isPutBeside(unit) ? unit.with(Action.KEEP, "") : unit;
    } catch (InvalidPathException e) {
      return unit; // the work on it reports this
    }
  }

  /** A unit with its action. */
  MigrationUnit decide(MigrationUnit unit) throws IOException {
    try {
      return withFitNames(decideByWhatIsThere(unit));
    } catch (FileSystemException e) {
      return unit.with(Action.FAIL, Failures.reason(e));
    } catch (InvalidPathException e) {
      return unit; // the work on it reports this
    }
  }

  private MigrationUnit decideByWhatIsThere(MigrationUnit unit) throws IOException {
    if (look.isDone(unit)) {
      return unit.with(removeOriginals ? Action.COMPARE : Action.KEEP, "");
    }
    if (unit.action() != Action.CONVERT) {
      return unit;
    }
    if (look.isPutBeside(unit)) {
      // An earlier run has found an archive without a model.
      return new MigrationUnit(Kind.SIDE_FILE, unit.files(), null, Action.KEEP, "");
    }
    Optional<String> leftAlone = look.leftAlone(unit);
    if (leftAlone.isPresent()) {
      return unit.with(Action.LEAVE_ALONE, leftAlone.get());
    }
    Optional<Beside> beside = look.beside(unit);
    return beside.isPresent() ? decideBeside(unit, beside.get()) : decideByClaims(unit);
  }

  private MigrationUnit decideBeside(MigrationUnit unit, Beside beside) {
    return beside.model()
        ? unit.with(Action.LEAVE_ALONE, ExistingSafetensors.reason(beside.target()))
        : unit.with(
            Action.FAIL,
            beside.target()
                + " is beside it and is not a safetensors file, and both would get this name in the"
                + " other tree; "
                + wording.of(new Remedy.LeaveOut("rename it, or leave it out")));
  }

  private MigrationUnit decideByClaims(MigrationUnit unit) {
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
                + wording.of(new Remedy.LeaveOut("rename one, or leave it out")));
      }
    }
    return unit;
  }

  /** Fails a unit whose target names the file system does not accept, before it is converted. */
  private MigrationUnit withFitNames(MigrationUnit unit) throws IOException {
    if (unit.action() != Action.CONVERT) {
      return unit;
    }
    Optional<UnfitName> unfit = look.unfitName(unit);
    return unfit.isEmpty()
        ? unit
        : unit.with(
            Action.FAIL,
            "its output cannot be named "
                + PathTree.name(unfit.get().target())
                + ": "
                + unfit.get().reason()
                + "; give the checkpoint a shorter name");
  }
}
