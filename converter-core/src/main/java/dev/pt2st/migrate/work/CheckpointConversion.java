package dev.pt2st.migrate.work;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.RemedyWording;
import dev.pt2st.UnpackingListener;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.Conversion;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.OutputStatement;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.GlobalsCheck;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.content.TrainingState;
import dev.pt2st.migrate.content.UnitProgress;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts one source: a single checkpoint, or a shard of a model. */
final class CheckpointConversion {
  /** The most notes of each kind, as a file may have any number of tensors. */
  private static final int MOST_NOTES = 20;

  private final Path source;
  private final Path target;
  private final MigrateOptions options;
  private final RemedyWording wording;

  CheckpointConversion(Path source, Path target, MigrationSettings settings) {
    this.source = source;
    this.target = target;
    this.options = settings.options();
    this.wording = settings.wording();
  }

  /**
   * The result of a conversion or a preview.
   *
   * @param unconverted content of the source that the output lacks, as {@link UnconvertedContent}
   *     words it; empty if there is none, or if originals are kept anyway
   */
  record Outcome(ConversionResult result, String unconverted) {}

  /** A step of work with an open checkpoint that is a model. */
  @FunctionalInterface
  private interface Step {
    ConversionResult run(Conversion conversion) throws CheckpointException, IOException;
  }

  /** Writes the output into a group. */
  Outcome write(OutputGroup group, UnitProgress progress)
      throws CheckpointException, IOException, NotAModelException {
    WriteOptions durable = WriteOptions.STANDARD.withDurability(options.durability());
    WriteOptions checked =
        options.comparesOutputs() ? durable.withCheck(new OutputVerifier()) : durable;
    OutputStatement statement = options.statement();
    WriteOptions how =
        statement == null
            ? checked
            : checked.withStatement(MigrateOptions.statementOf(target), statement);
    return onModel(
        ScratchFolder.beside(target), conversion -> conversion.write(target, how, progress, group));
  }

  /**
   * Returns what would be written, without writing it.
   *
   * @param folder where it is unpacked if necessary
   */
  Outcome look(ScratchFolder folder) throws CheckpointException, IOException, NotAModelException {
    return onModel(folder, conversion -> new ConversionResult(conversion.plan(), List.of()));
  }

  /**
   * Checks the calls of unlisted globals in a file that is not a model, as other programs may read
   * it even if it is not converted.
   *
   * @return a note for a file with a trainer's name, as trainers call enums of their own; empty if
   *     there is nothing to note
   * @throws RefusedException for any other file, if there is such a call
   */
  private String calls(Checkpoint checkpoint) throws RefusedException {
    try {
      GlobalsCheck.checkWithoutRoot(checkpoint, options.convert().read());
      return "";
    } catch (RefusedException e) {
      if (TrainingState.isTrainersName(String.valueOf(source.getFileName()))) {
        return "; " + e.problem();
      }
      throw e;
    }
  }

  /** Works on a folder that is one checkpoint. The folder is never removed. */
  private Outcome onFolder(ScratchFolder scratch, Step step)
      throws CheckpointException, IOException, NotAModelException {
    try (Conversion conversion = Conversion.open(source, options.convert(), scratch)) {
      String not = conversion.hasCheckpoint() ? whyNoModel(conversion.checkpoint()) : null;
      if (not != null) {
        throw new NotAModelException(source, not, true);
      }
      return new Outcome(step.run(conversion), "");
    }
  }

  private Outcome onModel(ScratchFolder folder, Step step)
      throws CheckpointException, IOException, NotAModelException {
    if (Files.isDirectory(source)) {
      return onFolder(folder, step);
    }
    try (OpenCheckpoint file = open(folder)) {
      Conversion conversion = Conversion.of(file, options.convert());
      Checkpoint checkpoint = conversion.checkpoint();
      String not = whyNoModel(checkpoint);
      if (not != null) {
        String calls = file.guarded(() -> calls(checkpoint));
        throw new NotAModelException(source, not + calls, true);
      }
      ConversionResult result = step.run(conversion);
      return new Outcome(
          result, options.removesOriginals() ? unconverted(file, checkpoint, result.plan()) : "");
    }
  }

  /**
   * Finds content that the output lacks while the checkpoint is open. If this fails, the failure is
   * the reason to keep the original.
   */
  private String unconverted(OpenCheckpoint file, Checkpoint checkpoint, Plan plan) {
    try {
      String left = file.guarded(() -> UnconvertedContent.of(file, checkpoint, plan));
      return left.isEmpty() ? "" : left + "; " + wording.of(new Remedy.ConvertTheRest());
    } catch (CheckpointException e) {
      return Failures.reason(e, wording);
    } catch (IOException e) {
      return Failures.reason(e);
    }
  }

  private OpenCheckpoint open(ScratchFolder folder)
      throws CheckpointException, IOException, NotAModelException {
    try {
      return OpenCheckpoint.open(source, options.convert().read(), folder, UnpackingListener.NONE);
    } catch (UnsupportedException e) {
      throw new NotAModelException(source, e.problem(), false);
    }
  }

  private @Nullable String whyNoModel(Checkpoint checkpoint) {
    if (checkpoint.tensors() == 0) {
      return "there is no tensor in it";
    }
    return options.convert().root().equals(ConvertOptions.AUTO_ROOT)
        ? TrainingState.of(checkpoint.top(), String.valueOf(source.getFileName()))
        : null;
  }

  /** The notes about a conversion. */
  static List<String> notes(ConversionResult outcome) {
    List<String> notes = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (LeftOut part : outcome.plan().leftOut()) {
      if (part.tensors() == 0) {
        others.add(part.shownKey());
      } else if (notes.size() < MOST_NOTES) {
        notes.add("left out: " + counted(part));
      }
    }
    if (!others.isEmpty()) {
      int more = others.size() - MOST_NOTES;
      notes.add(
          "left out, without tensors: "
              + String.join(", ", others.subList(0, Math.min(MOST_NOTES, others.size())))
              + (more > 0 ? " and " + more + " more" : ""));
    }
    List<Plan.Skipped> skipped = outcome.plan().skipped();
    for (Plan.Skipped tensor : skipped.subList(0, Math.min(MOST_NOTES, skipped.size()))) {
      notes.add("left out: " + tensor.name() + " (" + tensor.why() + ")");
    }
    for (Overflow overflow : outcome.overflows()) {
      notes.add(
          "too large for its type and now infinite: "
              + overflow.elements()
              + " of "
              + overflow.name());
    }
    if (skipped.size() > MOST_NOTES) {
      notes.add("left out: " + (skipped.size() - MOST_NOTES) + " more tensors of such kinds");
    }
    return notes;
  }

  /** A left-out part with the number of its tensors, in words. */
  static String counted(LeftOut part) {
    return part.shownKey()
        + " ("
        + part.tensors()
        + (part.tensors() == 1 ? " tensor, " : " tensors, ")
        + ByteCount.shown(part.bytes())
        + ")";
  }
}
