package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the checkpoint of a folder: the folder itself, or a folder in it, such as the step of a
 * training run that {@code latest} names.
 */
public final class FolderChoice {
  /** {@code FSDP_MODEL_NAME} of {@code accelerate/utils/constants.py}. */
  private static final Pattern FSDP_MODEL = Pattern.compile("pytorch_model_fsdp_\\d+");

  /** Megatron's file with the number of the iteration whose folder has the checkpoint. */
  private static final String LATEST_ITERATION = "latest_checkpointed_iteration.txt";

  /** All files whose content is read to recognise a checkpoint. */
  private static final Set<String> SMALL =
      Set.of(
          CurrentStep.LATEST,
          CurrentStep.LATEST_UNIVERSAL,
          LATEST_ITERATION,
          FolderCheckpoint.METADATA,
          FolderCheckpoint.MEGATRON_FORMAT);

  private FolderChoice() {}

  /** Whether the content of a file with this name is read; for all others the name is enough. */
  public static boolean isSmall(String name) {
    return SMALL.contains(name);
  }

  /**
   * Finds the checkpoint of a folder.
   *
   * @param tag the name of the folder in it to read; empty to let the rules choose
   * @return empty if there is no such checkpoint
   * @throws CheckpointException if there are several, or the named folder is not a checkpoint
   * @throws IOException if the folder cannot be read
   */
  public static Optional<FolderCheckpoint> in(Path folder, String tag)
      throws CheckpointException, IOException {
    if (!tag.isEmpty()) {
      return Optional.of(named(folder, tag));
    }
    Optional<FolderCheckpoint> itself = FolderCheckpoint.in(folder);
    if (itself.isPresent() || !Files.isDirectory(folder)) {
      return itself;
    }
    List<String> inside = inside(folder);
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> current = current(folder);
    if (current.isPresent()) {
      return Optional.of(named(folder, current.get()));
    }
    if (inside.size() > 1) {
      throw new RefusedException(
          Place.of(ResourceName.of(folder)),
          "there are several checkpoints in this folder, "
              + String.join(", ", inside)
              + ", and nothing says which is meant",
          new Remedy.Advice("name one of these folders"));
    }
    return FolderCheckpoint.in(folder.resolve(inside.getFirst()));
  }

  private static FolderCheckpoint named(Path folder, String tag)
      throws CheckpointException, IOException {
    Place place = Place.of(ResourceName.of(folder));
    if (!CurrentStep.isOneName(tag)) {
      throw new RefusedException(
          place,
          "the name \"" + tag + "\" of a step is not the name of a folder in it",
          new Remedy.DoNotTrust("do not trust the folder: no checkpoint does this"));
    }
    Path step = folder.resolve(tag);
    if (!Files.isDirectory(step)) {
      throw new NoSuchFileException(step.toString());
    }
    if (!step.toRealPath().startsWith(folder.toRealPath())) {
      throw new RefusedException(
          place,
          "the step \"" + tag + "\" is a link that leads out of the folder",
          new Remedy.DoNotTrust("name the folder itself if you trust it"));
    }
    Optional<FolderCheckpoint> found = FolderCheckpoint.in(step);
    if (found.isEmpty()) {
      throw new MalformedException(
          place, "the step \"" + tag + "\" that is named holds no files of a checkpoint");
    }
    return found.get();
  }

  private static Optional<String> current(Path folder) throws IOException {
    for (String file : List.of(CurrentStep.LATEST, CurrentStep.LATEST_UNIVERSAL)) {
      Optional<String> tag = CurrentStep.tagIn(folder.resolve(file));
      if (tag.isPresent()) {
        return tag;
      }
    }
    Optional<String> iteration = CurrentStep.tagIn(folder.resolve(LATEST_ITERATION));
    return iteration
        .filter(number -> number.matches("\\d{1,9}"))
        .map(number -> String.format("iter_%07d", Integer.valueOf(number)));
  }

  /**
   * The names of inner folders that are checkpoints: steps of one run, or models beside optimizers.
   */
  private static List<String> inside(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
      for (Path entry : entries) {
        FolderCheckpoint found = FolderCheckpoint.in(entry).orElse(null);
        String name = String.valueOf(entry.getFileName());
        boolean meant =
            found != null
                && switch (found.kind()) {
                  case DCP -> FSDP_MODEL.matcher(name).matches();
                  case ZERO, UNIVERSAL, MEGATRON, PIPELINE, EXPERTS, TENSOR_PARALLEL, ZARR -> true;
                  case RANKS, PIECES, META, FAIRSCALE, MODEL_PARTS, RANK_EXPERTS -> false;
                };
        if (meant) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }
}
