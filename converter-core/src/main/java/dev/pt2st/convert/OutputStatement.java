package dev.pt2st.convert;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.OutputDigests;
import dev.pt2st.convert.plan.Plan;
import java.io.IOException;

/**
 * Says of an output what it was made from, in a file of its own that appears together with it. The
 * conversion takes the digests that it needs while it copies.
 */
@FunctionalInterface
public interface OutputStatement {
  /**
   * A conversion that has been written, and checked if that was asked for.
   *
   * @param plan what was written
   * @param options those of the plan
   * @param digests of all that was read and written
   * @param isChecked whether an {@link OutputCheck} has looked at the output
   */
  record Made(Plan plan, ConvertOptions options, OutputDigests digests, boolean isChecked) {}

  /**
   * The bytes of the statement.
   *
   * @throws IOException if there can be none, with the reason
   */
  byte[] of(Made made) throws IOException;
}
