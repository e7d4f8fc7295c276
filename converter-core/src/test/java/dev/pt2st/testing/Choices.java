package dev.pt2st.testing;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.ConvertOptions.Complex;
import dev.pt2st.convert.options.ConvertOptions.Nested;
import dev.pt2st.convert.options.ConvertOptions.Quantized;
import dev.pt2st.convert.options.ConvertOptions.Sparse;
import java.util.Locale;

/** Options as the command line has them, for tensors of kinds that safetensors does not have. */
public final class Choices {
  private Choices() {}

  /** The options of a text such as {@code --quantized dequantize --complex real}. */
  public static ConvertOptions of(String text) {
    ConvertOptions options = ConvertOptions.STANDARD;
    String[] words = text.isEmpty() ? new String[0] : text.split(" ", -1);
    for (int i = 0; i < words.length; i += 2) {
      String value = words[i + 1].toUpperCase(Locale.ROOT);
      options =
          switch (words[i]) {
            case "--quantized" -> options.withQuantized(Quantized.valueOf(value));
            case "--sparse" -> options.withSparse(Sparse.valueOf(value));
            case "--nested" -> options.withNested(Nested.valueOf(value));
            case "--complex" -> options.withComplex(Complex.valueOf(value));
            default -> throw new IllegalArgumentException(words[i]);
          };
    }
    return options;
  }
}
