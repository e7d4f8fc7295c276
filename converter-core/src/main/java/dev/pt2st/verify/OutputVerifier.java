package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.OutputCheck;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.SafetensorsModel;
import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * Compares the output of a conversion with its input before the output gets its name. What it
 * compares it has from the conversion, so one of these is good for all of them.
 *
 * <pre>{@code
 * conversion.write(output, WriteOptions.STANDARD.withCheck(new OutputVerifier()), progress);
 * }</pre>
 */
public final class OutputVerifier implements OutputCheck {

  /** A check that is told by each conversion what to compare. */
  public OutputVerifier() {}

  /**
   * Compares them.
   *
   * @param progress hears of the bytes compared
   * @throws DifferenceException if they are not the same
   */
  @Override
  public void check(Written written, ProgressListener progress)
      throws CheckpointException, IOException {
    // Each record has just been copied, and its CRC-32 compared.
    ReadOptions unchecked = written.options().read().withCrc(ReadOptions.Crc.IGNORE);
    ScratchFolder folder = ScratchFolder.beside(written.output());
    try (Model expected = Model.of(written.plan(), written.inputs(), unchecked, folder);
        SafetensorsModel files = open(written)) {
      Verification verification = Verifier.compare(expected, Model.of(files), progress);
      if (!verification.isSame()) {
        throw new DifferenceException(written.output(), verification);
      }
    }
  }

  private static SafetensorsModel open(Written written) throws CheckpointException, IOException {
    try {
      return written.model();
    } catch (MalformedException e) {
      throw new FileSystemException(
          e.place().toString(),
          null,
          "what was written is no safetensors file, so it is not kept: " + e.problem());
    }
  }
}
