package dev.pt2st.torch.value;

import dev.pt2st.tensor.view.TensorView;

/** How the integers of a quantized tensor map to real numbers ({@code c10/core/QScheme.h}). */
public sealed interface Quantizer {
  /** The name of the scheme in PyTorch, such as {@code torch.per_tensor_affine}. */
  String scheme();

  /**
   * One scale for all elements.
   *
   * @param scale the difference in the real number for a step of 1
   * @param zeroPoint the integer that represents zero
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
   * @param scales one-dimensional, with one scale for each index of {@code axis}
   * @param zeroPoints of the same length: integers, or floating-point numbers for the scheme with
   *     float parameters. Their type decides between the two schemes, as in {@code
   *     make_per_channel_affine_quantizer} of {@code aten/src/ATen/quantized/Quantizer.cpp}, since
   *     a file names the same scheme for both
   * @param axis the dimension, from 0
   */
  record PerChannel(TensorView scales, TensorView zeroPoints, int axis) implements Quantizer {
    /** Whether the zero points, and so the arithmetic, are floating-point. */
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
