package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.checkpoint.sharded.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.FolderChoice;
import dev.pt2st.checkpoint.sharded.FolderPart;
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
 * Looks at a file without converting it. No tensor's bytes are read, and nothing of it is run:
 *
 * <pre>{@code
 * Inspection found = Inspector.inspect(Path.of("model.pt"), ReadOptions.STANDARD);
 * for (TensorSummary tensor : found.tensors()) {
 *   System.out.println(tensor.name() + " " + tensor.dtypeName() + " " + tensor.shape());
 * }
 * }</pre>
 *
 * <p>Calls may come from many threads, and each works in the thread that calls. If this is
 * interrupted, the call throws a {@link java.nio.channels.ClosedByInterruptException} as soon as it
 * touches a file. The results hold no file open.
 */
public final class Inspector {
  private Inspector() {}

  /**
   * What is in a checkpoint, a safetensors file, or the files of an index. A file that a conversion
   * would refuse is described all the same: where its pickles cannot be read to their end, {@link
   * Inspection#problem()} says why.
   *
   * @param named a file, a folder that is one checkpoint, a member of an archive as {@code
   *     archive.zip!member}, or the name of a model of which there are only shards
   * @throws CheckpointException if it cannot even be told what it is made of
   * @throws IOException if it cannot be read
   */
  public static Inspection inspect(Path named, ReadOptions options)
      throws CheckpointException, IOException {
    return inspect(named, options, "");
  }

  /**
   * The same of one of several checkpoints in a folder, such as the steps of a training run.
   *
   * @param tag the name of its folder; empty if there is one, or another file there names it
   * @throws CheckpointException if it cannot even be told what it is made of
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
   * The same of what is on this disk or of a source that is read by ranges. A source is one file, a
   * member of one, or an index if it is known what stands beside it: no folder.
   *
   * @throws CheckpointException if it cannot even be told what it is made of
   * @throws IOException if it cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static Inspection inspect(Input input, ReadOptions options)
      throws CheckpointException, IOException {
    return inspect(input, options, "");
  }

  /**
   * The same.
   *
   * @param tag which checkpoint of a folder with several steps; empty for the one that the folder
   *     names itself. A source has no folder, and takes no notice of it.
   * @throws CheckpointException if it cannot even be told what it is made of
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

  /** What is in one file, which is no index: an index that names others may not go on for ever. */
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
