package dev.pt2st.inspect.pickle;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.convert.source.NumpyTensors;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.format.SafetensorsContent;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens a file that is inspected and not converted. */
public final class InspectedFile {
  private InspectedFile() {}

  /** Work on an open file. */
  @FunctionalInterface
  public interface Work<F, T> {
    /** Works on a file while it is open. */
    T on(F file) throws CheckpointException, IOException;
  }

  /**
   * Opens a file, which may be compressed or a member of an archive, and works on it by its kind.
   *
   * @param ofSafetensors works on a file that begins like a safetensors file
   * @param ofArrays works on NumPy arrays
   * @param ofCheckpoint works on any other file
   * @throws CheckpointException if its layout cannot be recognised, or if the work throws it
   * @throws IOException if it cannot be read
   */
  public static <T> T look(
      Input input,
      ReadOptions options,
      Work<MappedFile, T> ofSafetensors,
      Work<FlatModel, T> ofArrays,
      Work<OpenCheckpoint, T> ofCheckpoint)
      throws CheckpointException, IOException {
    OpenSource source =
        OpenSource.open(
            input,
            options.limits(),
            options.comparesCrc(),
            ScratchFolder.TEMPORARY,
            UnpackingListener.NONE);
    if (input instanceof Input.Ranged) {
      source.guardedOrClosed(() -> {
        SafetensorsContent.refuseIndex(source.file());
        return source;
      });
    }
    if (isSafetensors(source)) {
      try (source) {
        return source.guarded(() -> ofSafetensors.on(source.file()));
      }
    }
    FlatModel arrays = arrays(source, options);
    if (arrays != null) {
      try (source) {
        return source.guarded(() -> ofArrays.on(arrays));
      }
    }
    try (OpenCheckpoint file = OpenCheckpoint.of(source, options)) {
      return file.guarded(() -> ofCheckpoint.on(file));
    }
  }

  private static @Nullable FlatModel arrays(OpenSource source, ReadOptions options)
      throws CheckpointException, IOException {
    return source
        .guardedOrClosed(() -> Optional.ofNullable(NumpyTensors.in(source, options.limits())))
        .orElse(null);
  }

  private static boolean isSafetensors(OpenSource source) throws CheckpointException, IOException {
    return source.guardedOrClosed(
        () -> source.archive() == null && SafetensorsContent.isOne(source.file()));
  }
}
