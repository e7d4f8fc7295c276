package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.archive.SourcePath;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.Input;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Conversions in one call, each a {@link Conversion} that is opened, used and closed:
 *
 * <pre>{@code
 * Plan plan = Converter.plan(Path.of("in.pt"), ConvertOptions.STANDARD);
 * Converter.convert(Path.of("in.pt"), Path.of("out.safetensors"), ConvertOptions.STANDARD,
 *     ProgressListener.NONE);
 * }</pre>
 *
 * <p>Whoever shows a plan and then has it carried out uses a {@link Conversion}: these two calls
 * read the input twice.
 *
 * <p>These calls may come from many threads. What an interrupt and a throwing listener do, and what
 * is left then, is told at {@link Conversion}.
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
    try (Conversion conversion = Conversion.open(input, options)) {
      return conversion.plan();
    }
  }

  /**
   * Says whether an output may be written for an input, before any work is done.
   *
   * @throws IOException if both are the same file, the output exists and must not be replaced, is
   *     no regular file, or has no directory to be in
   */
  public static void checkOutput(Path input, Path output, ConvertOptions options, WriteOptions how)
      throws IOException {
    checkOutput(Input.of(input), output, options, how);
  }

  /**
   * The same for what is on this disk or for a source, which no output is written over.
   *
   * @throws IOException if both are the same file, the output exists and must not be replaced, is
   *     no regular file, or has no directory to be in
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static void checkOutput(Input input, Path output, ConvertOptions options, WriteOptions how)
      throws IOException {
    Optional<Path> file =
        input instanceof Input.OnDisk disk
            ? Optional.of(SourcePath.of(disk.path()).file())
            : Optional.empty();
    new PlanWriter(input.name(), output, options, how).check(file);
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
    return convert(input, output, options, WriteOptions.STANDARD, progress);
  }

  /**
   * Converts a checkpoint. The output appears whole or not at all; the input is never changed.
   *
   * @param how the output is written, and whether it is checked before it gets its name
   * @param progress hears of the bytes unpacked, written and checked
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read or the output cannot be written, or what the
   *     check throws
   */
  public static ConversionResult convert(
      Path input, Path output, ConvertOptions options, WriteOptions how, ProgressListener progress)
      throws CheckpointException, IOException {
    try (Conversion conversion = Conversion.openFor(input, output, options, how, progress)) {
      return conversion.write(output, how, progress);
    }
  }
}
