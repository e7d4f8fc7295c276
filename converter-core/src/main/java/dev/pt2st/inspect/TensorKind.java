package dev.pt2st.inspect;

import dev.pt2st.convert.planner.Contents;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NestedContent;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import dev.pt2st.torch.value.TensorValue;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a tensor that depend on its kind.
 *
 * @param name the kind in words; empty for an ordinary tensor
 */
record TensorKind(
    String name, @Nullable DType dtype, @Nullable Shape shape, @Nullable Shape strides) {

  private static TensorKind of(TensorValue.Content content) {
    return switch (content) {
      case TensorValue.Strided(TensorView view) ->
          new TensorKind(
              "", view.dtype(), view.shape(), view.isContiguous() ? null : view.strides());
      case ShardedContent sharded ->
          new TensorKind(
              "in " + sharded.pieces().size() + " pieces", sharded.dtype(), sharded.shape(), null);
      case QuantizedContent quantized ->
          new TensorKind("quantized", quantized.dtype(), quantized.shape(), null);
      case SparseContent sparse ->
          new TensorKind(
              sparse.layout().replace("torch.", "").replace('_', ' '),
              sparse.values().dtype(),
              sparse.shape(),
              null);
      case NestedContent.Strided nested ->
          new TensorKind("nested", nested.buffer().dtype(), null, null);
      case NestedContent.Jagged nested ->
          new TensorKind("nested (jagged)", nested.values().dtype(), null, null);
      case TensorValue.Other other ->
          new TensorKind(other.what(), other.dtype(), other.shape(), null);
    };
  }

  /** A tensor as a file describes it. */
  static TensorSummary summary(Contents.Item item, String sharedWith) {
    TensorKind kind = of(item.tensor().content());
    return new TensorSummary(
        item.name(),
        kind.name,
        kind.dtype,
        kind.shape,
        kind.strides,
        item.bytes(),
        sharedWith,
        item.remark(),
        "");
  }
}
