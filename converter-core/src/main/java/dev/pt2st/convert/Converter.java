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
 * <p>To show a plan and then carry it out, use a {@link Conversion}: the two calls above read the
 * input twice.
 *
 * <p>Thread-safe. {@link Conversion} describes the effects of an interrupt and of a listener that
 * throws.
 */
public final class Converter {
  private Converter() {}

  /**
   * Returns what a conversion would write. Reads no tensor's bytes and writes nothing.
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
   * Checks whether an output may be written for an input, before any work is done.
   *
   * @throws IOException if both are the same file, or if the output exists and must not be
   *     replaced, is not a regular file, or has no parent directory
   */
  public static void checkOutput(Path input, Path output, ConvertOptions options, WriteOptions how)
      throws IOException {
    checkOutput(Input.of(input), output, options, how);
  }

  /**
   * Like {@link #checkOutput(Path, Path, ConvertOptions, WriteOptions)}, for an input on this disk
   * or a source, which an output cannot overwrite.
   *
   * @throws IOException if both are the same file, or if the output exists and must not be
   *     replaced, is not a regular file, or has no parent directory
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
   * @param progress receives the number of bytes unpacked and written
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
   * @param how how the output is written, and whether it is checked before it gets its name
   * @param progress receives the number of bytes unpacked, written and checked
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read or the output cannot be written, or if the
   *     check throws it
   */
  public static ConversionResult convert(
      Path input, Path output, ConvertOptions options, WriteOptions how, ProgressListener progress)
      throws CheckpointException, IOException {
    try (Conversion conversion = Conversion.openFor(input, output, options, how, progress)) {
      return conversion.write(output, how, progress);
    }
  }
}
