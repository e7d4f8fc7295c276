package dev.pt2st.migrate.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.content.IndexRewrite;
import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Predicts the result of one unit, as far as possible without reading tensors. */
final class UnitPreview {
  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final UnitConverter work;

  UnitPreview(MigrationSettings settings, RunHistory earlier, UnitConverter work) {
    this.settings = settings;
    this.earlier = earlier;
    this.work = work;
  }

  /**
   * Looks at a unit; writes nothing.
   *
   * @param known its record in a journal; null if there is none
   */
  UnitResult look(MigrationUnit unit, @Nullable JournalRecord known) {
    return switch (unit.action()) {
      case CONVERT -> work.guarded(unit, () -> planned(unit));
      case PUT_BESIDE -> new UnitResult(unit, Verdict.PUT_BESIDE, "", List.of(), List.of());
      case KEEP, COMPARE -> UnitConverter.kept(unit, known);
      case LEAVE_ALONE, REFUSE, FAIL -> work.run(unit, known, bytes -> {});
    };
  }

  private UnitResult planned(MigrationUnit unit)
      throws CheckpointException, IOException, NotAModelException {
    List<Written> written = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    String unconverted = "";
    IndexRewrite rewrite = work.rewrite(unit);
    for (Item item : unit.files()) {
      Path source = settings.source().path(item.source());
      Path target = settings.target().path(item.target());
      CheckpointConversion.Outcome outcome =
          new CheckpointConversion(source, target, settings).look(ScratchFolder.TEMPORARY);
      Plan plan = outcome.result().plan();
      unconverted = UnitConverter.first(unconverted, unit, item, outcome);
      written.add(new Written(item.target(), plan.fileBytes(), ""));
      notes.addAll(CheckpointConversion.notes(outcome.result()));
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        boolean mine = earlier.hasMade(unit.name(), item.target());
        notes.add(
            item.target()
                + " is there already and will be compared with it"
                + (!mine && ExistingSafetensors.isModel(target)
                    ? "; if it differs, the checkpoint is left alone"
                    : ""));
      }
      UnitConverter.addTo(rewrite, item, plan);
    }
    if (rewrite != null && unit.index() != null) {
      written.add(new Written(unit.index().target(), rewrite.bytes().length, ""));
      notes.addAll(rewrite.notes(unit.index()));
    }
    if (!unconverted.isEmpty()) {
      notes.add(Removal.STAYS + unconverted);
    }
    return new UnitResult(unit, Verdict.CONVERTED, "", written, notes);
  }
}
