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
 * Compares the output of a conversion with its input before the output gets its name. It has no
 * state: the conversion passes what is compared, so one instance may be used for any number of
 * conversions.
 *
 * <pre>{@code
 * conversion.write(output, WriteOptions.STANDARD.withCheck(new OutputVerifier()), progress);
 * }</pre>
 */
public final class OutputVerifier implements OutputCheck {

  /** A check for any number of conversions. */
  public OutputVerifier() {}

  /**
   * Compares an output with its input.
   *
   * @param progress receives the number of bytes compared
   * @throws DifferenceException if they differ
   */
  @Override
  public void check(Written written, ProgressListener progress)
      throws CheckpointException, IOException {
    // The conversion has just compared the CRC-32 of each record.
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
          "the output is not a safetensors file, so it is not kept: " + e.problem());
    }
  }
}
