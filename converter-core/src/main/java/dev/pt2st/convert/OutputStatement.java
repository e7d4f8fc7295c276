package dev.pt2st.convert;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.OutputDigests;
import dev.pt2st.convert.plan.Plan;
import java.io.IOException;

/**
 * Makes a statement about how an output was made, for a file that appears together with the output.
 * The conversion computes the digests for it while it copies.
 */
@FunctionalInterface
public interface OutputStatement {
  /**
   * A conversion that has been written, and checked if that was asked for.
   *
   * @param plan what was written
   * @param options those of the plan
   * @param digests of all files that were read and written
   * @param isChecked whether an {@link OutputCheck} has checked the output
   */
  record Made(Plan plan, ConvertOptions options, OutputDigests digests, boolean isChecked) {}

  /**
   * The bytes of the statement.
   *
   * @throws IOException if no statement can be made, with the reason
   */
  byte[] of(Made made) throws IOException;
}
