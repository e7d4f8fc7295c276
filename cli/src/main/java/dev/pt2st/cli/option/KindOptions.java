package dev.pt2st.cli.option;

import dev.pt2st.convert.options.ConvertOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options for tensors of kinds that safetensors cannot hold. */
final class KindOptions {
  private final OptionSpec quantized =
      Options.choice(
          "--quantized",
          ConvertOptions.Quantized.class,
          "Quantized tensors: refuse (the default), dequantize (to float32) or components (their"
              + " integers, scales and zero points).");

  private final OptionSpec sparse =
      Options.choice(
          "--sparse",
          ConvertOptions.Sparse.class,
          "Sparse tensors: refuse (the default), dense (written in full) or components (their"
              + " indices and values).");

  private final OptionSpec nested =
      Options.choice(
          "--nested",
          ConvertOptions.Nested.class,
          "Nested tensors: refuse (the default) or components (their elements, sizes and offsets).");

  private final OptionSpec complex =
      Options.choice(
          "--complex",
          ConvertOptions.Complex.class,
          "Tensors of complex32 and complex128: refuse (the default) or real (real and imaginary"
              + " parts in a last dimension of 2).");

  void addTo(CommandSpec command) {
    List.of(quantized, sparse, nested, complex).forEach(command::addOption);
  }

  /** Applies the options after a command line was parsed. */
  ConvertOptions applyTo(ConvertOptions options) {
    return options
        .withQuantized(quantized.getValue())
        .withSparse(sparse.getValue())
        .withNested(nested.getValue())
        .withComplex(complex.getValue());
  }
}
