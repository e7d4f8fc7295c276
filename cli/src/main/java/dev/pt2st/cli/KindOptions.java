package dev.pt2st.cli;

import dev.pt2st.convert.ConvertOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** As what tensors are taken of the kinds that safetensors cannot hold. */
final class KindOptions {
  private final OptionSpec quantized =
      Options.choice(
          "--quantized",
          Quantized.class,
          "Quantized tensors: refuse (the default), dequantize (to float32) or components (their"
              + " integers, scales and zero points).");

  private final OptionSpec sparse =
      Options.choice(
          "--sparse",
          Sparse.class,
          "Sparse tensors: refuse (the default), dense (written in full) or components (their"
              + " indices and values).");

  private final OptionSpec nested =
      Options.choice(
          "--nested",
          Nested.class,
          "Nested tensors: refuse (the default) or components (their elements, sizes and offsets).");

  private final OptionSpec complex =
      Options.choice(
          "--complex",
          Complex.class,
          "Tensors of complex32 and complex128: refuse (the default) or real (real and imaginary"
              + " parts in a last dimension of 2).");

  enum Quantized {
    refuse(ConvertOptions.Quantized.REFUSE),
    dequantize(ConvertOptions.Quantized.DEQUANTIZE),
    components(ConvertOptions.Quantized.COMPONENTS);

    private final ConvertOptions.Quantized value;

    Quantized(ConvertOptions.Quantized value) {
      this.value = value;
    }
  }

  enum Sparse {
    refuse(ConvertOptions.Sparse.REFUSE),
    dense(ConvertOptions.Sparse.DENSE),
    components(ConvertOptions.Sparse.COMPONENTS);

    private final ConvertOptions.Sparse value;

    Sparse(ConvertOptions.Sparse value) {
      this.value = value;
    }
  }

  enum Nested {
    refuse(ConvertOptions.Nested.REFUSE),
    components(ConvertOptions.Nested.COMPONENTS);

    private final ConvertOptions.Nested value;

    Nested(ConvertOptions.Nested value) {
      this.value = value;
    }
  }

  enum Complex {
    refuse(ConvertOptions.Complex.REFUSE),
    real(ConvertOptions.Complex.REAL);

    private final ConvertOptions.Complex value;

    Complex(ConvertOptions.Complex value) {
      this.value = value;
    }
  }

  void addTo(CommandSpec command) {
    List.of(quantized, sparse, nested, complex).forEach(command::addOption);
  }

  /** Adds what was asked for, once a command line has been parsed. */
  ConvertOptions applyTo(ConvertOptions options) {
    return options
        .withQuantized(quantized.<Quantized>getValue().value)
        .withSparse(sparse.<Sparse>getValue().value)
        .withNested(nested.<Nested>getValue().value)
        .withComplex(complex.<Complex>getValue().value);
  }
}
