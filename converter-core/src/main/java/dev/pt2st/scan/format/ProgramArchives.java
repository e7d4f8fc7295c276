package dev.pt2st.scan.format;

import org.jspecify.annotations.Nullable;

/** Archives that contain programs, recognized by one of their entries. */
public final class ProgramArchives {
  /**
   * A file that only archives of {@code torch.package} have (torch/package/package_exporter.py).
   */
  private static final String TORCH_PACKAGE = "/.data/extern_modules";

  /** The entry from which Keras reads its layers (keras/src/saving/saving_lib.py). */
  private static final String KERAS_CONFIGURATION = "config.json";

  /** An entry of a TorchServe model archive (.mar). */
  private static final String TORCH_SERVE = "mar-inf/manifest.json";

  /** The entry that describes the objects of skops (skops/io/_persist.py). */
  private static final String SKOPS_SCHEMA = "schema.json";

  private static final int SEARCHED = 16 << 20;

  /** Gives the first bytes of an entry. */
  @FunctionalInterface
  public interface Start {
    /** The first bytes, at most {@code most}; fewer if the entry has fewer or is damaged. */
    byte[] of(int most);
  }

  private ProgramArchives() {}

  /**
   * Whether an entry of this name tells a loader what an archive is or what to run.
   *
   * @param key the name in lower case
   */
  public static boolean isKey(String key) {
    return key.endsWith(TORCH_PACKAGE)
        || key.equals(TORCH_SERVE)
        || key.equals(SKOPS_SCHEMA)
        || key.equals(KERAS_CONFIGURATION);
  }

  /**
   * Why an entry shows that its archive contains programs; null if it does not.
   *
   * @param key the name in lower case
   * @param size the size of the whole entry in bytes
   */
  public static @Nullable String programOf(String key, long size, Start start) {
    if (key.endsWith(TORCH_PACKAGE)) {
      return "this is an archive of torch.package, whose Python code runs when it is loaded";
    }
    if (key.equals(TORCH_SERVE)) {
      return "this is an archive of TorchServe, whose handler is Python code";
    }
    if (!isKey(key)) {
      return null;
    }
    byte[] bytes = start.of(SEARCHED);
    boolean isCut = bytes.length < size;
    String text = JsonContent.decode(bytes);
    if (key.equals(SKOPS_SCHEMA)) {
      return isCut || text.contains("__loader__") || text.contains("\\u")
          ? "this is a file of skops, whose schema names what is imported when it is loaded"
          : null;
    }
    if (text.contains("Lambda") || text.contains("lambda")) {
      return "this is a Keras model with Python code in it (Lambda layers)";
    }
    // Any of its letters may be escaped.
    return isCut || text.contains("class_name") || text.contains("\\u")
        ? "this is a Keras model, whose layers may hold Python code (Lambda layers)"
        : null;
  }
}
