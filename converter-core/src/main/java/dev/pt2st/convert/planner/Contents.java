package dev.pt2st.convert.planner;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.util.List;

/**
 * Everything in a checkpoint, by name, without choosing or refusing anything. Valid while the
 * checkpoint's file is open.
 *
 * @param roots the parts that could be the root of a conversion: the top, and every mapping and
 *     module below it down to the state dicts, whose own parts are layers
 * @param tensors every tensor under every name, in the order of the file
 * @param values the largest parts without a tensor, in the order of the file
 * @param moreValues how many values are not in the list
 * @param unnamed how many tensors have no name: those in sets, or in arguments of an object
 */
public record Contents(
    List<RootPart> roots, List<Item> tensors, List<Plain> values, long moreValues, long unnamed) {

  /**
   * A tensor.
   *
   * @param name the keys that lead to it from the top, joined by dots
   * @param tensor the tensor itself
   * @param remark why a conversion would not write it under this name; empty if it would
   */
  public record Item(String name, TensorValue tensor, String remark) {
    /** The size of all its parts in bytes, each written in full. */
    public long bytes() {
      long bytes = 0;
      for (TensorView view : tensor.content().views()) {
        bytes += view.byteSize();
      }
      return bytes;
    }
  }

  /** A value without tensors, with the keys that lead to it, joined by dots. */
  public record Plain(String name, Value value) {}

  public Contents {
    roots = List.copyOf(roots);
    tensors = List.copyOf(tensors);
    values = List.copyOf(values);
  }

  /**
   * Visits every value of a checkpoint.
   *
   * @throws LimitException if there are more names, or more nested containers, than allowed
   */
  public static Contents of(Checkpoint checkpoint, Limits limits) throws CheckpointException {
    return new ContentsWalk(checkpoint, limits).walk();
  }
}
