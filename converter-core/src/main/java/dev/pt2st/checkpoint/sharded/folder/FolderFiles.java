package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a folder that are read, each opened once. Files outside of the folder are never
 * opened.
 */
public final class FolderFiles implements AutoCloseable {
  private final Path folder;
  private final Path real;
  private final Map<String, MappedFile> byName = new HashMap<>();
  private final List<MappedFile> opened = new ArrayList<>();

  FolderFiles(Path folder) throws IOException {
    this.folder = folder;
    this.real = folder.toRealPath();
  }

  /** All open files, in the order in which they were opened. */
  public List<MappedFile> opened() {
    return opened;
  }

  /** The size of all open files in bytes. */
  long bytes() {
    return opened.stream().mapToLong(MappedFile::size).sum();
  }

  /** Names the folder in messages. */
  public Place place() {
    return Place.of(ResourceName.of(folder));
  }

  /**
   * Opens a file that another file names.
   *
   * @param name relative to the folder, with slashes
   * @param place the place that names it
   * @throws RefusedException if it lies outside of the folder
   * @throws MalformedException if it is not there
   */
  public MappedFile open(String name, Place place) throws CheckpointException, IOException {
    MappedFile known = byName.get(name);
    if (known != null) {
      return known;
    }
    if (!staysInside(name)) {
      throw leadsOut(name, place);
    }
    Path path;
    try {
      path = folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new MalformedException(
          place, "it names the file \"" + name + "\", and no file has such a name here");
    }
    if (!Files.isRegularFile(path)) {
      throw new MalformedException(
          place,
          "the file \"" + name + "\" is not in the folder",
          new Remedy.FetchAgain("get the whole folder again"));
    }
    if (!path.toRealPath().startsWith(real)) {
      throw leadsOut(name, place);
    }
    MappedFile file = MappedFile.open(path);
    byName.put(name, file);
    opened.add(file);
    return file;
  }

  /** Whether a name stays below the folder on every operating system. */
  private static boolean staysInside(String name) {
    if (name.isEmpty() || name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf(0) >= 0) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals("..") || part.indexOf(':') >= 0) {
        return false;
      }
    }
    return true;
  }

  private static RefusedException leadsOut(String name, Place place) {
    return new RefusedException(
        place,
        "it names the file \"" + name + "\", which lies outside of the folder",
        new Remedy.DoNotTrust("do not trust the folder: no checkpoint does this"));
  }

  @Override
  public void close() throws IOException {
    for (MappedFile file : opened.reversed()) {
      file.close();
    }
  }
}
