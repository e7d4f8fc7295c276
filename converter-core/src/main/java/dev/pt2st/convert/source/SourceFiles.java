package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.text.Utf8Order;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The files on the disk that an input is read from, each as a whole and with a name that does not
 * depend on the location of the input. Closing them leaves the input open.
 */
public final class SourceFiles implements Closeable {
  private final Map<String, MappedFile> byName = new TreeMap<>(Utf8Order.COMPARATOR);
  private final List<MappedFile> opened = new ArrayList<>();

  private SourceFiles() {}

  /**
   * Opens the files that are not open already.
   *
   * @throws UnsupportedException if the input is read by ranges, so that not all of its bytes are
   *     local
   * @throws IOException if one cannot be opened
   */
  public static SourceFiles of(TensorSource source) throws CheckpointException, IOException {
    List<Path> paths =
        source.inputs().stream().map(path -> path.toAbsolutePath().normalize()).toList();
    if (paths.isEmpty()) {
      throw new UnsupportedException(
          Place.of(source.files().getFirst().name()),
          "it is read by ranges, so that it has no digest here",
          new Remedy.Advice("put the file on this disk, and convert it from there"));
    }
    SourceFiles files = new SourceFiles();
    try {
      Path folder = commonFolder(paths);
      for (Path path : paths) {
        String name = folder.relativize(path).toString().replace(File.separatorChar, '/');
        files.byName.put(name, files.open(path, source));
      }
      return files;
    } catch (IOException | RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /** The deepest folder that all files are in. */
  private static Path commonFolder(List<Path> paths) {
    Path folder = parent(paths.getFirst());
    for (Path path : paths) {
      while (!path.startsWith(folder)) {
        folder = parent(folder);
      }
    }
    return folder;
  }

  private static Path parent(Path path) {
    return Objects.requireNonNullElse(path.getParent(), path);
  }

  /** The mapped file, if the input is one: its path may have another content by now. */
  private MappedFile open(Path path, TensorSource source) throws IOException {
    for (MappedFile file : source.files()) {
      if (file.path()
          .map(own -> own.toAbsolutePath().normalize())
          .filter(path::equals)
          .isPresent()) {
        return file;
      }
    }
    MappedFile file = MappedFile.open(path);
    opened.add(file);
    return file;
  }

  /** All files by name, in their order. */
  public Map<String, MappedFile> byName() {
    return byName;
  }

  @Override
  public void close() throws IOException {
    for (MappedFile file : opened) {
      file.close();
    }
  }
}
