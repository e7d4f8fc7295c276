package dev.pt2st.torch.value;

import dev.pt2st.tensor.view.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A nested tensor: a batch of tensors of different sizes in one buffer. */
public sealed interface NestedContent extends TensorValue.Content {

  /** The name of the layout in PyTorch. */
  String layout();

  /** The elements of all tensors. */
  TensorView elements();

  /**
   * Sizes and strides for each tensor ({@code torch.strided}): the arguments of {@code
   * _rebuild_nested_tensor} of {@code torch/_utils.py}.
   *
   * @param buffer all elements, in one dimension
   * @param sizes of shape [tensors, dimensions]
   * @param strides in elements, of the same shape
   * @param storageOffsets the first element of each tensor
   */
  record Strided(TensorView buffer, TensorView sizes, TensorView strides, TensorView storageOffsets)
      implements NestedContent {
    @Override
    public String layout() {
      return "torch.strided";
    }

    @Override
    public TensorView elements() {
      return buffer;
    }

    @Override
    public List<TensorView> views() {
      return List.of(buffer, sizes, strides, storageOffsets);
    }
  }

  /**
   * Tensors that differ in one dimension ({@code torch.jagged}): the arguments of {@code
   * NestedTensor} of {@code torch/nested/_internal/nested_tensor.py}.
   *
   * @param values all tensors, one after the other in the ragged dimension
   * @param offsets where each begins in that dimension, and where the last ends
   * @param lengths how long each is, if there are gaps between them
   * @param raggedDimension the ragged dimension of the nested tensor, whose dimension 0 is the
   *     batch
   * @param shortest the cached length of the shortest tensor
   * @param longest the cached length of the longest tensor
   */
  record Jagged(
      TensorView values,
      TensorView offsets,
      @Nullable TensorView lengths,
      long raggedDimension,
      OptionalLong shortest,
      OptionalLong longest)
      implements NestedContent {
    @Override
    public String layout() {
      return "torch.jagged";
    }

    @Override
    public TensorView elements() {
      return values;
    }

    @Override
    public List<TensorView> views() {
      List<TensorView> views = new ArrayList<>(List.of(values, offsets));
      if (lengths != null) {
        views.add(lengths);
      }
      return views;
    }
  }
}
