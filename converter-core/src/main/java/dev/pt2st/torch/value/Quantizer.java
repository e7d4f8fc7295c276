package dev.pt2st.torch.value;

import dev.pt2st.tensor.view.TensorView;

/** What the integers of a quantized tensor stand for ({@code c10/core/QScheme.h}). */
public sealed interface Quantizer {
  /** The name of the scheme in PyTorch, such as {@code torch.per_tensor_affine}. */
  String scheme();

  /**
   * One scale for all elements.
   *
   * @param scale what a step of the integers is worth
   * @param zeroPoint the integer that stands for zero
   */
  record PerTensor(double scale, long zeroPoint) implements Quantizer {
    @Override
    public String scheme() {
      return "torch.per_tensor_affine";
    }
  }

  /**
   * A scale for each index of one dimension.
   *
   * @param scales one dimension, as many as the tensor's {@code axis} is long
   * @param zeroPoints just as many: integers, or floating-point numbers for the scheme with float
   *     parameters. Which of the two schemes it is follows from their type, as in {@code
   *     make_per_channel_affine_quantizer} of {@code aten/src/ATen/quantized/Quantizer.cpp}: a file
   *     names the same scheme for both
   * @param axis the dimension, from 0
   */
  record PerChannel(TensorView scales, TensorView zeroPoints, int axis) implements Quantizer {
    /** Whether the zero points are floating-point numbers, and with them the arithmetic. */
    public boolean hasFloatParameters() {
      return zeroPoints.dtype().isFloatingPoint();
    }

    @Override
    public String scheme() {
      return hasFloatParameters()
          ? "torch.per_channel_affine_float_qparams"
          : "torch.per_channel_affine";
    }
  }
}
