package dev.pt2st.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tensors of one element type come to.
 *
 * @param dtype as {@link TensorSummary#dtypeName()} gives it
 * @param tensors how many there are
 * @param elements of all of them
 * @param bytes of all of them, each written in full
 */
public record DTypeTotal(String dtype, long tensors, long elements, long bytes) {
  /** The totals of some tensors, the most bytes first. */
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

  /** Both together, under the name of the first. */
  public DTypeTotal plus(DTypeTotal other) {
    return new DTypeTotal(
        dtype,
        tensors + other.tensors,
        saturated(elements + other.elements),
        saturated(bytes + other.bytes));
  }

  /** Views of a stride of zero can have more elements together than a number can say. */
  static long saturated(long sum) {
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
