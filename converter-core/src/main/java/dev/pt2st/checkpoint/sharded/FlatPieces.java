package dev.pt2st.checkpoint.sharded;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.List;

/** Tensors in rows of elements that are cut at any element. */
final class FlatPieces {
  private FlatPieces() {}

  /**
   * A slice of the concatenation of several rows.
   *
   * @param rows one-dimensional and contiguous
   * @param from the first element, counted from the start of the first row
   * @param count how many elements; the rows must have as many
   */
  static List<TensorView> slice(List<TensorView> rows, long from, long count) {
    List<TensorView> slices = new ArrayList<>();
    long begin = 0;
    for (TensorView row : rows) {
      long size = row.elementCount();
      long first = Math.max(from, begin);
      long end = Math.min(from + count, begin + size);
      if (first < end) {
        slices.add(
            new TensorView(
                row.storage(),
                row.dtype(),
                row.offset() + first - begin,
                Shape.of(end - first),
                Shape.of(1),
                row.conjugated(),
                row.negated()));
      }
      begin += size;
    }
    return slices;
  }

  /**
   * The tensor with these elements in order.
   *
   * @param rows have as many elements together as the shape
   */
  static TensorValue.Content assemble(Shape shape, DType dtype, List<TensorView> rows) {
    List<ShardedContent.Piece> pieces = new ArrayList<>();
    long at = 0;
    for (TensorView row : rows) {
      pieces.add(new ShardedContent.Piece(row, Shape.of(at)));
      at += row.elementCount();
    }
    return ShardedContent.of(shape, dtype, Shape.of(at), pieces);
  }
}
