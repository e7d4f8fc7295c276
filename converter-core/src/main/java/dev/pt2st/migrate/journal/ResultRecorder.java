package dev.pt2st.migrate.journal;

import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Records the result of a unit in the journal, if a later run cannot find it out otherwise. */
public final class ResultRecorder {
  private final MigrationSettings settings;
  private final Journal journal;
  private final RunHistory earlier;

  /**
   * @param journal must be open for writing if anything is recorded
   */
  public ResultRecorder(MigrationSettings settings, Journal journal, RunHistory earlier) {
    this.settings = settings;
    this.journal = journal;
    this.earlier = earlier;
  }

  /** Records a result if a later run needs it; called by several threads. */
  public void record(UnitResult result) throws IOException {
    MigrationUnit unit = result.unit();
    boolean worked =
        unit.action() == MigrationUnit.Action.CONVERT
            || unit.action() == MigrationUnit.Action.COMPARE;
    if (unit.isModel() && worked) {
      journal.add(record(result, result.verdict()));
    } else if (unit.action() == MigrationUnit.Action.PUT_BESIDE
        && hasDigest(result)
        && isOurs(result)) {
      // So that it can be distinguished from files of others when its source has changed.
      journal.addLater(record(result, Verdict.PUT_BESIDE));
    }
    // Other results are known, or found again by the next plan.
  }

  /**
   * Whether this source tree has made a copy, now or earlier, rather than found a file of others.
   */
  private boolean isOurs(UnitResult result) throws IOException {
    return result.verdict() != Verdict.ALREADY_THERE
        || earlier.otherRoot(result.unit().files().getFirst().source()).isEmpty();
  }

  /** Whether a file was copied and not only linked. */
  private static boolean hasDigest(UnitResult result) {
    return result.written().stream().anyMatch(file -> !file.sourceDigest().isEmpty());
  }

  private JournalRecord record(UnitResult result, Verdict verdict) throws IOException {
    MigrationUnit unit = result.unit();
    List<Done> files = new ArrayList<>();
    List<Item> items = unit.items();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      Written written = i < result.written().size() ? result.written().get(i) : null;
      files.add(
          new Done(
              item.source(),
              item.bytes(),
              item.modified(),
              written == null ? "" : written.sourceDigest(),
              written == null ? madeBefore(unit, item) : written.target(),
              written == null ? 0 : written.bytes()));
    }
    MigrateOptions options = settings.options();
    return new JournalRecord(
        earlier.root(),
        unit.name(),
        files,
        verdict,
        result.reason(),
        options.given(),
        options.comparesOutputs() || result.verdict() == Verdict.ALREADY_THERE,
        options.isDurable(),
        earlier.thisBoot());
  }

  /**
   * A target that an earlier run has made: it still counts as made by this program if this run
   * failed.
   */
  private String madeBefore(MigrationUnit unit, Item item) throws IOException {
    return earlier.hasMade(unit.name(), item.target()) ? item.target() : "";
  }
}
