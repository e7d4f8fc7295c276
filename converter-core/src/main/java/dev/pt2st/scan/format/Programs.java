package dev.pt2st.scan.format;

import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds code in data of a recognized format that a loader of the format runs. */
public final class Programs {
  private static final int PIECE = 1 << 20;
  private static final int HEX = 16;

  /** The longest key with its value that a loader knows. */
  private static final int OVERLAP = 1 << 12;

  private static final Pattern LAMBDA =
      Pattern.compile("class_name\\W{1,64}+(?:[\\w.-]{1,64}+>)?Lambda\\b");

  /** An escape of a letter or of the underscore, which no JSON writer makes. */
  private static final Pattern HIDDEN_LETTER =
      Pattern.compile("\\\\u00([46][1-9a-fA-F]|[57][0-9aAfF])");

  /** The name of Arrow types whose definition is a pickle (pyarrow before 14.0.1). */
  private static final String PICKLED_TYPE = "arrow.py_extension_type";

  private Programs() {}

  /** The message for a Keras model with such a layer; null if there is none. */
  static @Nullable String lambda(FormatBytes in) {
    return lambda(in.file());
  }

  /** The same for a text file. */
  public static @Nullable String lambda(MappedFile file) {
    FormatBytes in = new FormatBytes(file);
    for (long at = 0; at < in.size(); at += PIECE) {
      String piece = in.text(at, Math.min(PIECE + OVERLAP, in.size() - at), PIECE + OVERLAP);
      if (LAMBDA.matcher(piece).find() || LAMBDA.matcher(withLetters(piece)).find()) {
        return "this is a Keras model with Python code in it (Lambda layers)";
      }
    }
    return null;
  }

  private static String withLetters(String piece) {
    return HIDDEN_LETTER
        .matcher(piece)
        .replaceAll(hidden -> String.valueOf((char) Integer.parseInt(hidden.group(1), HEX)));
  }

  /** The same for a pickled type; in Parquet the Arrow schema is in base64. */
  static @Nullable String pickledType(FormatBytes in) {
    List<String> needles = new ArrayList<>(List.of(PICKLED_TYPE));
    for (int before = 0; before < 3; before++) {
      byte[] shifted = (" ".repeat(before) + PICKLED_TYPE).getBytes(StandardCharsets.US_ASCII);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      // The characters at both ends depend on the neighbouring bytes.
      needles.add(encoded.substring(before == 0 ? 0 : before + 1, encoded.length() - 1));
    }
    return in.contains(needles)
        ? "it has a type of Arrow whose definition is a pickle, which old versions load"
        : null;
  }
}
