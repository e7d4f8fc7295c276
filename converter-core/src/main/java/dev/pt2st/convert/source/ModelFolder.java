package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderChoice;
import dev.pt2st.safetensors.ShardNames;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Recognises folders that are one model: they contain an index of its shards. */
public final class ModelFolder {
  /** {@code model.safetensors.index.json}, {@code pytorch_model.bin.index.fp16.json}. */
  private static final Pattern INDEX =
      Pattern.compile(".+\\.(safetensors|bin|pt|pth|ckpt)\\.index(?:\\.[^.]+)?\\.json");

  private ModelFolder() {}

  /**
   * Whether a folder is one model, or one checkpoint of several processes.
   *
   * @throws IOException if the folder cannot be read, or contains several indices
   */
  public static boolean isModel(Path folder) throws IOException {
    return indexIn(folder).isPresent() || isCheckpoint(folder);
  }

  /**
   * Whether a folder is one checkpoint of several processes, or contains several to choose from.
   *
   * @throws IOException if the folder cannot be read
   */
  public static boolean isCheckpoint(Path folder) throws IOException {
    try {
      return FolderChoice.in(folder, "").isPresent();
    } catch (CheckpointException | NoSuchFileException e) {
      return true; // opening it tells which one
    }
  }

  /**
   * The index in a folder. If there are several kinds, it is that of safetensors files.
   *
   * @return empty if there is none, or the path is not a folder
   * @throws FileSystemException if there are several
   * @throws IOException if the folder cannot be read
   */
  public static Optional<Path> indexIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    List<Path> indices = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, file -> INDEX.matcher(String.valueOf(file.getFileName())).matches())) {
      files.forEach(indices::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    indices.sort(null);
    List<Path> safetensors =
        indices.stream()
            .filter(file ->
                String.valueOf(file.getFileName()).contains(ShardNames.EXTENSION + ".index"))
            .toList();
    List<Path> found = safetensors.isEmpty() ? indices : safetensors;
    if (found.size() > 1) {
      List<String> names = found.stream().map(file -> String.valueOf(file.getFileName())).toList();
      throw new FileSystemException(
          folder.toString(),
          null,
          "there are several indices of shards in it, " + String.join(", ", names) + "; name one");
    }
    return found.stream().findFirst();
  }

  /**
   * The files of the checkpoint of several processes in a folder. They need not have their content
   * yet: the checkpoint is recognised by names, and by the content of {@link #isSmall small files}.
   *
   * @param tag the name of the folder in it to read; empty to let the rules choose
   * @return the parts, and files that may be beside them; empty if the folder is not such a
   *     checkpoint
   * @throws CheckpointException if there are several, or its kind is not supported
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> partsIn(Path folder, String tag)
      throws CheckpointException, IOException {
    Optional<FolderCheckpoint> found = FolderChoice.in(folder, tag);
    if (found.isEmpty()) {
      return List.of();
    }
    if (!found.get().kind().isRead()) {
      throw ShardedRefusals.of(found.get());
    }
    return found.get().parts();
  }

  /** Whether the content of a file with this name is read to recognise the folder around it. */
  public static boolean isSmall(String name) {
    return FolderChoice.isSmall(name);
  }
}
