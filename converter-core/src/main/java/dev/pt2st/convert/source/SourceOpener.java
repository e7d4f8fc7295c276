package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderChoice;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.checkpoint.sharded.folder.FolderPart;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.safetensors.format.SafetensorsContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Detects the kind of an input by its content, and opens it accordingly. */
final class SourceOpener {
  private final ConvertOptions options;
  private final ScratchFolder folder;
  private final UnpackingListener listener;

  SourceOpener(ConvertOptions options, ScratchFolder folder, UnpackingListener listener) {
    this.options = options;
    this.folder = folder;
    this.listener = listener;
  }

  TensorSource open(Input input) throws CheckpointException, IOException {
    return switch (input) {
      case Input.OnDisk file -> open(file.path());
      case Input.Ranged ranged -> {
        FolderPart.refuse(ranged);
        Map<String, String> index = SafetensorsContent.indexOf(ranged, folder);
        if (index != null) {
          yield open(ranged, index);
        }
        OpenSource source = source(ranged);
        source.guardedOrClosed(() -> {
          SafetensorsContent.refuseIndex(source.file());
          return source;
        });
        yield of(source);
      }
    };
  }

  private TensorSource open(Input.Ranged input, Map<String, String> index)
      throws CheckpointException, IOException {
    return isOfSafetensors(index)
        ? SafetensorsTensors.open(input, index, options.read().limits(), folder)
        : ShardedCheckpoint.open(input, index, options.read(), folder, listener);
  }

  private static boolean isOfSafetensors(Map<String, String> index) {
    return index.values().stream().anyMatch(name -> name.endsWith(ShardNames.EXTENSION));
  }

  private OpenSource source(Input input) throws CheckpointException, IOException {
    return OpenSource.open(
        input, options.read().limits(), options.read().comparesCrc(), folder, listener);
  }

  private TensorSource open(Path input) throws CheckpointException, IOException {
    Path path = ModelFolder.indexIn(input).orElse(input);
    Optional<FolderCheckpoint> whole =
        path.equals(input) ? FolderChoice.in(input, options.tag()) : Optional.empty();
    if (whole.isPresent()) {
      return whole.get().kind() == FolderKind.PIECES
          ? PiecesSource.open(whole.get(), options)
          : FolderSource.open(whole.get(), options, folder);
    }
    FolderPart.refuse(path);
    Map<String, String> index = SafetensorsContent.indexOf(path);
    if (index == null) {
      return of(source(Input.of(path)));
    }
    return isOfSafetensors(index)
        ? SafetensorsTensors.open(path, options.read().limits())
        : ShardedCheckpoint.open(path, index, options.read(), folder, listener);
  }

  TensorSource of(OpenSource source) throws CheckpointException, IOException {
    Optional<TensorSource> flat = source.guardedOrClosed(() -> Optional.ofNullable(flat(source)));
    return flat.isPresent()
        ? flat.get()
        : new CheckpointSource(OpenCheckpoint.of(source, options.read()));
  }

  /** Opens a file with nothing but tensors; null for a checkpoint or an unknown format. */
  private @Nullable TensorSource flat(OpenSource source) throws CheckpointException, IOException {
    Limits limits = options.read().limits();
    if (source.archive() == null && Containers.isSafetensors(source.file())) {
      return SafetensorsTensors.in(source, limits);
    }
    FlatModel arrays = NumpyTensors.in(source, limits);
    return arrays == null ? null : FlatSource.of(arrays, source);
  }
}
