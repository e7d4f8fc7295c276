package dev.pt2st.scan.format;

import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.RecordBytes;
import org.jspecify.annotations.Nullable;

/** Archives that hold programs, as one of their entries tells. */
public final class ProgramArchives {
  /**
   * A file that only archives of {@code torch.package} have (torch/package/package_exporter.py).
   */
  private static final String TORCH_PACKAGE = "/.data/extern_modules";

  /** What Keras reads its layers from (keras/src/saving/saving_lib.py). */
  private static final String KERAS_CONFIGURATION = "config.json";

  /** Of a model archive (.mar). */
  private static final String TORCH_SERVE = "mar-inf/manifest.json";

  /** What skops makes its objects by (skops/io/_persist.py). */
  private static final String SKOPS_SCHEMA = "schema.json";

  private static final int KERAS_SEARCHED = 16 << 20;

  private ProgramArchives() {}

  /**
   * What an entry says of its archive, where that holds programs; null if it says no such thing.
   */
  public static @Nullable String programOf(ZipEntry entry) {
    if (entry.key().endsWith(TORCH_PACKAGE)) {
      return "this is an archive of torch.package, whose Python code runs when it is loaded";
    }
    if (entry.key().equals(TORCH_SERVE)) {
      return "this is an archive of TorchServe, whose handler is Python code";
    }
    if (!entry.key().equals(SKOPS_SCHEMA) && !entry.key().equals(KERAS_CONFIGURATION)) {
      return null;
    }
    byte[] start = RecordBytes.start(entry.bytes(), KERAS_SEARCHED);
    boolean isCut = start.length < entry.bytes().size();
    if (entry.key().equals(SKOPS_SCHEMA)) {
      String text = JsonContent.decode(start);
      return isCut || text.contains("__loader__") || text.contains("\\u")
          ? "this is a file of skops, whose schema names what is imported when it is loaded"
          : null;
    }
    // Escapes may stand for any of its letters.
    String text = JsonContent.decode(start);
    if (text.contains("Lambda") || text.contains("lambda")) {
      return "this is a Keras model with Python code in it (Lambda layers)";
    }
    if (isCut || text.contains("class_name") || text.contains("\\u")) {
      return "this is a Keras model, whose layers may hold Python code (Lambda layers)";
    }
    return null;
  }
}
