package dev.pt2st.scan;

import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.format.Programs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Containers whose own loaders run what is in them, and that are told by more than first bytes. */
final class LoaderContainers {
  private static final byte[] HDF5 = "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final long FIRST_USER_BLOCK = 512;

  /** A model of MLflow that names code of its own, or a loader that is not MLflow's. */
  private static final Pattern MLFLOW_FLAVORS = Pattern.compile("(?m)^flavors:");

  private static final Pattern MLFLOW_CODE =
      Pattern.compile(
          "(?m)^\\s+(?:code|model_code_path):\\s*+(?!null|~|''|\"\"|\\s)\\S"
              + "|^\\s+loader_module:\\s*+(?!mlflow\\.)\\S");

  private LoaderContainers() {}

  /** Whether it is HDF5 as its readers see it: behind a user block of any size that there is. */
  static boolean isHdf5(MappedFile content) {
    long at = 0;
    while (at >= 0 && at <= content.size() - HDF5.length) {
      if (Arrays.equals(content.start(at, HDF5.length), HDF5)) {
        return true;
      }
      at = at == 0 ? FIRST_USER_BLOCK : at * 2;
    }
    return false;
  }

  /** What a text says of a model that runs code of its own; null if it says no such thing. */
  static @Nullable String programOfText(MappedFile content, byte[] start) {
    String program = JsonContent.isObject(content) ? Programs.lambda(content) : null;
    if (program != null) {
      return program;
    }
    String text = new String(start, StandardCharsets.UTF_8);
    return MLFLOW_FLAVORS.matcher(text).find() && MLFLOW_CODE.matcher(text).find()
        ? "this is a model of MLflow, whose loading runs Python code beside it"
        : null;
  }
}
