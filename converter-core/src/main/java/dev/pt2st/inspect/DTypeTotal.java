package dev.pt2st.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The totals of the tensors with one dtype.
 *
 * @param dtype as {@link TensorSummary#dtypeName()} gives it
 * @param tensors how many there are
 * @param elements the number of their elements
 * @param bytes their size in bytes, each written in full
 */
public record DTypeTotal(String dtype, long tensors, long elements, long bytes) {
  /** The totals of some tensors, those with the most bytes first. */
  static List<DTypeTotal> of(List<TensorSummary> tensors) {
    Map<String, DTypeTotal> byDType = new LinkedHashMap<>();
    for (TensorSummary tensor : tensors) {
      byDType.merge(
          tensor.dtypeName(),
          new DTypeTotal(tensor.dtypeName(), 1, tensor.elements(), tensor.bytes()),
          DTypeTotal::plus);
    }
    List<DTypeTotal> totals = new ArrayList<>(byDType.values());
    totals.sort(Comparator.comparingLong(DTypeTotal::bytes).reversed());
    return totals;
  }

  /** The sum of both, under the name of the first. */
  public DTypeTotal plus(DTypeTotal other) {
    return new DTypeTotal(
        dtype,
        tensors + other.tensors,
        saturated(elements + other.elements),
        saturated(bytes + other.bytes));
  }

  /**
   * Expanded views with a stride of zero may have more elements together than fit a {@code long}.
   */
  static long saturated(long sum) {
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
