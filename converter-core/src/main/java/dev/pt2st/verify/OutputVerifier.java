package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.checkpoint.ReadOptions;
import dev.pt2st.convert.OutputCheck;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.SafetensorsModel;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Compares the output of a conversion with its input before the output gets its name.
 *
 * <pre>{@code
 * Converter.convert(input, output, options, progress,
 *     new OutputVerifier(output, options, progress));
 * }</pre>
 */
public final class OutputVerifier implements OutputCheck {
  private final Path output;
  private final ConvertOptions options;
  private final ProgressListener progress;

  /**
   * @param output what the user calls the output
   * @param options of the conversion
   * @param progress hears of the bytes compared
   */
  public OutputVerifier(Path output, ConvertOptions options, ProgressListener progress) {
    this.output = output;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Compares them.
   *
   * @throws DifferenceException if they are not the same
   */
  @Override
  public void check(Plan plan, MappedFile checkpoint, Written written)
      throws CheckpointException, IOException {
    // Each record has just been copied, and its CRC-32 compared.
    ConvertOptions unchecked = options.withRead(options.read().withCrc(ReadOptions.Crc.IGNORE));
    ScratchFolder folder = ScratchFolder.beside(output);
    try (Model expected = Model.of(plan, checkpoint, unchecked, folder);
        SafetensorsModel files = open(written)) {
      Verification verification = Verifier.compare(expected, Model.of(files), progress);
      if (!verification.isSame()) {
        throw new DifferenceException(output, verification);
      }
    }
  }

  private static SafetensorsModel open(Written written) throws CheckpointException, IOException {
    try {
      return SafetensorsModel.of(written.files(), written.index());
    } catch (MalformedException e) {
      throw new FileSystemException(
          e.place().toString(),
          null,
          "what was written is no safetensors file, so it is not kept: " + e.problem());
    }
  }
}
