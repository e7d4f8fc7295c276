package dev.pt2st.scan;

import dev.pt2st.Deadline;
import dev.pt2st.LimitException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.format.Programs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Containers whose own loaders run what is in them, and that are told by more than first bytes. */
final class LoaderContainers {
  private static final byte[] HDF5 = "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final long FIRST_USER_BLOCK = 512;

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

  private static final int SEARCHED = 16 << 20;

  /** Gives the first bytes of an entry. */
  @FunctionalInterface
  interface Start {
    /** Gives so many, fewer if the entry has fewer or is damaged. */
    byte[] of(int most);
  }

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

  /**
   * What a text says of a model that runs code of its own; null if it says no such thing.
   *
   * @param isMember whether it is in an archive
   * @param deadline of the file that it is of
   * @throws LimitException if it takes too long
   */
  static @Nullable String programOfText(MappedFile content, boolean isMember, Deadline deadline)
      throws LimitException {
    String program = JsonContent.isObject(content) ? Programs.lambda(content) : null;
    return program == null ? Configurations.programOf(content, isMember, deadline) : program;
  }

  /**
   * Whether a loader tells by an entry of this name what an archive is, or what it runs.
   *
   * @param key the name in lower case
   */
  static boolean isOfProgram(String key) {
    return key.endsWith(TORCH_PACKAGE)
        || key.equals(TORCH_SERVE)
        || key.equals(SKOPS_SCHEMA)
        || key.equals(KERAS_CONFIGURATION);
  }

  /**
   * What an entry says of its archive, where that holds programs; null if it says no such thing.
   *
   * @param key the name in lower case
   * @param size of the whole entry
   */
  static @Nullable String programOfEntry(String key, long size, Start start) {
    if (key.endsWith(TORCH_PACKAGE)) {
      return "this is an archive of torch.package, whose Python code runs when it is loaded";
    }
    if (key.equals(TORCH_SERVE)) {
      return "this is an archive of TorchServe, whose handler is Python code";
    }
    if (!isOfProgram(key)) {
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
    // Escapes may stand for any of its letters.
    return isCut || text.contains("class_name") || text.contains("\\u")
        ? "this is a Keras model, whose layers may hold Python code (Lambda layers)"
        : null;
  }
}
