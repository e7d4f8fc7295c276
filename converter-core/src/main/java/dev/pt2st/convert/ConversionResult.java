package dev.pt2st.convert;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan;
import java.util.List;

/**
 * The result of a conversion.
 *
 * @param plan what was written and what was left out
 * @param overflows the tensors in which {@link ConvertOptions#cast} turned finite elements into
 *     infinity, in the order of the output
 */
public record ConversionResult(Plan plan, List<Overflow> overflows) {
  public ConversionResult {
    overflows = List.copyOf(overflows);
  }
}
