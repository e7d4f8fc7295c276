package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderChoice;
import dev.pt2st.checkpoint.sharded.folder.FolderPart;
import dev.pt2st.inspect.pickle.InspectedFile;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.safetensors.format.SafetensorsContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Inspects a file without converting it. No tensor's bytes are read, and no code in the file is
 * run:
 *
 * <pre>{@code
 * Inspection found = Inspector.inspect(Path.of("model.pt"), ReadOptions.STANDARD);
 * for (TensorSummary tensor : found.tensors()) {
 *   System.out.println(tensor.name() + " " + tensor.dtypeName() + " " + tensor.shape());
 * }
 * }</pre>
 *
 * <p>Thread-safe; each call does its work in the calling thread. If that thread is interrupted, the
 * call throws a {@link java.nio.channels.ClosedByInterruptException} as soon as it touches a file.
 * The results hold no files open.
 */
public final class Inspector {
  private Inspector() {}

  /**
   * Inspects a checkpoint, a safetensors file, or the files of an index. A file that a conversion
   * would refuse is described too: if its pickles cannot be read to their end, {@link
   * Inspection#problem()} says why.
   *
   * @param named a file, a folder that is one checkpoint, a member of an archive as {@code
   *     archive.zip!member}, or the name of a model that exists only as shards
   * @throws CheckpointException if its layout cannot be recognised
   * @throws IOException if it cannot be read
   */
  public static Inspection inspect(Path named, ReadOptions options)
      throws CheckpointException, IOException {
    return inspect(named, options, "");
  }

  /**
   * Like {@link #inspect(Path, ReadOptions)}, for one of several checkpoints in a folder, such as
   * the steps of a training run.
   *
   * @param tag the name of its folder; empty if there is only one, or another file there names it
   * @throws CheckpointException if its layout cannot be recognised
   * @throws IOException if it cannot be read
   */
  public static Inspection inspect(Path named, ReadOptions options, String tag)
      throws CheckpointException, IOException {
    Optional<FolderCheckpoint> folder = FolderChoice.in(named, tag);
    if (folder.isPresent()) {
      return FolderInspection.of(named, folder.get(), options);
    }
    Optional<FolderPart> part = FolderPart.of(named);
    if (part.isPresent()) {
      return PartInspection.of(part.get(), options);
    }
    Path path = ShardNames.toOpen(named);
    Map<String, String> index = SafetensorsContent.indexOf(path);
    return index == null
        ? inspectFile(Input.of(path), options)
        : ShardedInspection.of(path, index, options);
  }

  /**
   * Like {@link #inspect(Path, ReadOptions)}, for an input on this disk or a source that is read by
   * ranges. Such a source is one file, a member of one, or an index if the files beside it can be
   * opened, but no folder.
   *
   * @throws CheckpointException if its layout cannot be recognised
   * @throws IOException if it cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static Inspection inspect(Input input, ReadOptions options)
      throws CheckpointException, IOException {
    return inspect(input, options, "");
  }

  /**
   * Like {@link #inspect(Input, ReadOptions)}, for one of several checkpoints in a folder.
   *
   * @param tag the checkpoint in a folder with several steps; empty for the one that the folder
   *     names itself. Ignored for a source, which has no folder.
   * @throws CheckpointException if its layout cannot be recognised
   * @throws IOException if it cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static Inspection inspect(Input input, ReadOptions options, String tag)
      throws CheckpointException, IOException {
    return switch (input) {
      case Input.OnDisk file -> inspect(file.path(), options, tag);
      case Input.Ranged ranged -> {
        Map<String, String> index = SafetensorsContent.indexOf(ranged, ScratchFolder.TEMPORARY);
        yield index == null
            ? inspectFile(ranged, options)
            : ShardedInspection.of(ranged, index, options);
      }
    };
  }

  /** Inspects one file other than an index, so that indices cannot name each other endlessly. */
  static Inspection inspectFile(Input input, ReadOptions options)
      throws CheckpointException, IOException {
    return InspectedFile.look(
        input,
        options,
        file -> SafetensorsInspection.of(input.name(), file),
        arrays -> NumpyInspection.of(input.name(), arrays),
        file -> CheckpointInspection.of(input.name(), file, options));
  }
}
