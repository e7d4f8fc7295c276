package dev.pt2st.safetensors;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.format.SafetensorsContent;
import dev.pt2st.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model in safetensors files: one file, or several with an index that names them ({@code
 * model.safetensors.index.json}). All files are opened and validated, and the index must agree with
 * them.
 */
public final class SafetensorsModel implements AutoCloseable {
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();

  private SafetensorsModel() {}

  /**
   * A tensor of a model.
   *
   * @param file the file that holds it
   * @param info its entry in the header
   */
  public record Tensor(SafetensorsFile file, TensorInfo info) {
    /** Its bytes; see {@link SafetensorsFile#data}. */
    public MemorySegment data() {
      return file.data(info);
    }
  }

  /**
   * Opens a safetensors file, or an index and all files that it names.
   *
   * @throws MalformedException if a file breaks a rule of the format, or the index does not agree
   *     with the files
   * @throws IOException if a file is missing or cannot be read
   */
  public static SafetensorsModel open(Path path) throws CheckpointException, IOException {
    Map<String, String> index = SafetensorsContent.indexOf(path);
    List<MappedFile> opened = new ArrayList<>();
    try {
      if (index == null) {
        opened.add(MappedFile.open(path));
      } else {
        for (String name : new TreeSet<>(index.values())) {
          opened.add(MappedFile.open(path.resolveSibling(name)));
        }
      }
      return of(opened, index, ResourceName.of(path));
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      for (MappedFile file : opened) {
        file.close();
      }
      throw e;
    }
  }

  /**
   * Opens all files that a remote index names. They are next to the index.
   *
   * @param fileOf the content of the index: the file name for each tensor
   * @param folder where nameless files are made for fetched data
   * @throws MalformedException if a file breaks a rule of the format, or the index does not agree
   *     with the files
   * @throws IOException if a file is missing or cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static SafetensorsModel open(
      Input.Ranged index, Map<String, String> fileOf, ScratchFolder folder)
      throws CheckpointException, IOException {
    List<MappedFile> opened = new ArrayList<>();
    try {
      for (String name : new TreeSet<>(fileOf.values())) {
        opened.add(index.sibling(name).open(folder));
      }
      return FileGuard.guarded(opened, () -> of(opened, fileOf, index.name()));
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      for (MappedFile file : opened) {
        file.close();
      }
      throw e;
    }
  }

  /**
   * Reads files that are open already; closing the result closes them.
   *
   * @param opened the safetensors files
   * @param index the index that names them; null for a single file
   * @throws MalformedException if a file breaks a rule of the format, or the index does not agree
   *     with the files
   */
  @SuppressWarnings("exports") // for files under temporary names, and those inside of others
  public static SafetensorsModel of(List<MappedFile> opened, @Nullable MappedFile index)
      throws CheckpointException {
    return index == null
        ? of(opened, null, opened.getFirst().name())
        : of(opened, SafetensorsContent.read(index), index.name());
  }

  private static SafetensorsModel of(
      List<MappedFile> opened, @Nullable Map<String, String> index, ResourceName name)
      throws CheckpointException {
    SafetensorsModel model = new SafetensorsModel();
    for (MappedFile mapped : opened) {
      SafetensorsFile file = SafetensorsFile.of(mapped);
      model.files.add(file);
      file.tensors().forEach(tensor -> model.tensors.add(new Tensor(file, tensor)));
    }
    if (index != null) {
      model.check(index, name);
    }
    return model;
  }

  /** Checks that the index names the right file for each tensor, and no other tensors. */
  private void check(Map<String, String> index, ResourceName indexName) throws MalformedException {
    Map<String, SafetensorsFile> byName = new HashMap<>();
    for (SafetensorsFile file : files) {
      String name = file.name().fileName();
      byName.put(name, file);
      for (TensorInfo tensor : file.tensors()) {
        if (!name.equals(index.get(tensor.name()))) {
          throw new MalformedException(
              Place.of(file.name()).ofTensor(tensor.name()),
              "the index does not name this file for it");
        }
      }
    }
    for (Map.Entry<String, String> entry : index.entrySet()) {
      SafetensorsFile file = byName.get(entry.getValue());
      if (file == null || file.tensor(entry.getKey()).isEmpty()) {
        throw new MalformedException(
            Place.of(indexName).ofTensor(entry.getKey()),
            "the file \"" + entry.getValue() + "\" that the index names for it does not hold it");
      }
    }
  }

  /** The files that hold its tensors, by name. */
  public List<SafetensorsFile> files() {
    return Collections.unmodifiableList(files);
  }

  /** Its tensors, file by file in the order of their data. */
  public List<Tensor> tensors() {
    return Collections.unmodifiableList(tensors);
  }

  /**
   * The entries of {@code __metadata__} of all files; the first file with a key takes precedence.
   */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    files.forEach(file -> file.metadata().forEach(metadata::putIfAbsent));
    return metadata;
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsFile file : files) {
      file.close();
    }
  }
}
