package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.io.spill.SortedDirectory;
import dev.pt2st.safetensors.format.SafetensorsContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Several files that are one model: those of an index, or of a folder that several processes have
 * written.
 *
 * @param model the index or folder, which {@link Inspector#inspect} accepts for the whole model
 * @param files all existing files in the order of their names; an index comes first
 */
public record ModelFiles(Path model, List<Path> files) {
  private static final String INDEX = ".index.json";

  public ModelFiles {
    files = List.copyOf(files);
  }

  /**
   * The models of several files in a folder, in the order of their names. Files in subfolders count
   * if this folder is a checkpoint that they are a part of. Only indices are read, and files that
   * show the kind of the folder. An index that cannot be followed is a model with no other files,
   * and {@link Inspector} describes the problem.
   *
   * @throws IOException if the folder, or an index in it, cannot be read
   */
  public static List<ModelFiles> in(Path folder) throws IOException {
    Optional<FolderCheckpoint> checkpoint = FolderCheckpoint.in(folder);
    if (checkpoint.isPresent()) {
      return List.of(new ModelFiles(folder, checkpoint.get().parts()));
    }
    List<ModelFiles> models = new ArrayList<>();
    SortedDirectory entries = new SortedDirectory(folder);
    for (Path entry = entries.next(); entry != null; entry = entries.next()) {
      if (isNamedAsIndex(entry) && Files.isRegularFile(entry)) {
        models.add(ofIndex(entry));
      }
    }
    return models;
  }

  /** Whether a file has the name of an index of shards. */
  public static boolean isNamedAsIndex(Path file) {
    return String.valueOf(file.getFileName()).endsWith(INDEX);
  }

  /**
   * The files of an index.
   *
   * @throws IOException if it cannot be read
   */
  public static ModelFiles ofIndex(Path index) throws IOException {
    Set<Path> files = new LinkedHashSet<>(List.of(index));
    for (String name : namesIn(index)) {
      Path shard = index.resolveSibling(name);
      if (Files.isRegularFile(shard)) {
        files.add(shard);
      }
    }
    return new ModelFiles(index, List.copyOf(files));
  }

  private static Collection<String> namesIn(Path index) throws IOException {
    try {
      var fileOf = SafetensorsContent.indexOf(index);
      return fileOf == null ? List.of() : new TreeSet<>(fileOf.values());
    } catch (CheckpointException e) {
      return List.of();
    }
  }
}
