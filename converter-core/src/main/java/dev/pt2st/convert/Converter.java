package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.archive.SourcePath;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.GlobalsCheck;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Planner;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.io.Preallocation;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Converts a PyTorch checkpoint to a safetensors file. The whole of the library in two calls:
 *
 * <pre>{@code
 * Plan plan = Converter.plan(Path.of("in.pt"), ConvertOptions.STANDARD);
 * Converter.convert(Path.of("in.pt"), Path.of("out.safetensors"), ConvertOptions.STANDARD,
 *     ProgressListener.NONE);
 * }</pre>
 */
public final class Converter {
  private Converter() {}

  /**
   * What a conversion would write; reads no tensor's bytes and writes nothing.
   *
   * @throws CheckpointException if it would be refused
   * @throws IOException if the input cannot be read
   */
  public static Plan plan(Path input, ConvertOptions options)
      throws CheckpointException, IOException {
    try (OpenCheckpoint file =
        open(input, options, ScratchFolder.TEMPORARY, ProgressListener.NONE)) {
      return file.guarded(() -> Planner.plan(file.read(), options).withMember(file.member()));
    }
  }

  /**
   * What a conversion of a checkpoint that is open already would write.
   *
   * @throws CheckpointException if it would be refused
   */
  public static Plan plan(Checkpoint checkpoint, ConvertOptions options)
      throws CheckpointException {
    return Planner.plan(checkpoint, options);
  }

  /**
   * Checks the globals of a checkpoint that holds no model, as a conversion would check them.
   *
   * @throws RefusedException if one is called that is neither listed nor accepted; with the strict
   *     policy, if one is named
   */
  public static void checkGlobals(Checkpoint checkpoint, ConvertOptions options)
      throws RefusedException {
    Place place = Place.of(checkpoint.container().file().path());
    GlobalsCheck.check(checkpoint, null, options.read().policy().isStrict(), place);
  }

  /**
   * Says whether an output may be written for an input, before any work is done.
   *
   * @throws IOException if both are the same file, the output exists and must not be replaced, is
   *     no regular file, or has no directory to be in
   */
  public static void checkOutput(Path input, Path output, ConvertOptions options)
      throws IOException {
    new PlanWriter(SourcePath.of(input).file(), output, options).check();
  }

  /**
   * Converts a checkpoint. The output appears whole or not at all; the input is never changed.
   *
   * @param progress hears of the bytes unpacked and written
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read or the output cannot be written
   */
  public static ConversionResult convert(
      Path input, Path output, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    return convertChecked(input, output, options, progress, null);
  }

  /**
   * Converts a checkpoint, and has the output looked at before it gets its name.
   *
   * @param progress hears of the bytes unpacked and written
   * @param check decides whether the output is kept
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read or the output cannot be written, or what the
   *     check throws
   */
  public static ConversionResult convert(
      Path input, Path output, ConvertOptions options, ProgressListener progress, OutputCheck check)
      throws CheckpointException, IOException {
    return convertChecked(input, output, options, progress, check);
  }

  /**
   * Writes the output for a checkpoint that is open already into a group of files: it gets its name
   * with the others, when the caller commits the group.
   *
   * @param output what the output is to be called
   * @param progress hears of the bytes written
   * @param check decides whether the output is kept; null where nobody looks at it
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read or the output cannot be written, or what the
   *     check throws
   */
  public static ConversionResult write(
      OpenCheckpoint file,
      Path output,
      ConvertOptions options,
      ProgressListener progress,
      @Nullable OutputCheck check,
      OutputGroup group)
      throws CheckpointException, IOException {
    Preallocation.prepare(output, file.file().size());
    return file.guarded(() -> {
      Checkpoint checkpoint = file.read();
      Plan plan = Planner.plan(checkpoint, options);
      return new PlanWriter(file.file().path(), output, options)
          .write(plan, checkpoint, progress, check, group);
    });
  }

  private static ConversionResult convertChecked(
      Path input,
      Path output,
      ConvertOptions options,
      ProgressListener progress,
      @Nullable OutputCheck check)
      throws CheckpointException, IOException {
    checkOutput(input, output, options);
    Preallocation.prepare(output, SourcePath.of(input).file().toFile().length());
    try (OpenCheckpoint file = open(input, options, ScratchFolder.beside(output), progress)) {
      return file.guarded(() -> {
        Checkpoint checkpoint = file.read();
        Plan plan = Planner.plan(checkpoint, options).withMember(file.member());
        return new PlanWriter(file.file().path(), output, options)
            .write(plan, checkpoint, progress, check);
      });
    }
  }

  private static OpenCheckpoint open(
      Path input, ConvertOptions options, ScratchFolder folder, ProgressListener progress)
      throws CheckpointException, IOException {
    return OpenCheckpoint.open(input, options.read(), folder, progress);
  }
}
