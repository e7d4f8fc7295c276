package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file with all compression around it removed.
 *
 * @param file what is inside; the file itself if there was no compression
 * @param opened every file that was opened on the way, the outermost and the innermost included
 * @param depth how many compressed files and archives are around it
 * @param inside what is inside, if that is already known: an archive of files, or a checkpoint in a
 *     ZIP, whose directory need not be read again
 * @param around the kinds of compression that were removed, and the archive of files if that is
 *     inside
 */
record Layers(
    MappedFile file,
    List<MappedFile> opened,
    int depth,
    @Nullable Container inside,
    List<Container.Wrapped> around) {

  /** The archive of files inside; null if there is none. */
  Container.@Nullable Archive archive() {
    return inside instanceof Container.Archive archive ? archive : null;
  }

  /**
   * Removes all compression around a file. The result owns the file from then on.
   *
   * @param depth how many compressed files and archives are around it already
   */
  static Layers takeOff(MappedFile outer, int depth, Unpacking unpacking)
      throws CheckpointException, IOException {
    List<MappedFile> opened = new ArrayList<>(List.of(outer));
    List<Container.Wrapped> around = new ArrayList<>();
    int layers = depth;
    try {
      MappedFile file = outer;
      Container inside = Containers.zipOrWrapped(file, unpacking.limits());
      while (inside instanceof Container.Compressed compressed) {
        unpacking.checkDepth(++layers, Place.of(file.name()));
        file = unpacking.decompress(compressed);
        opened.add(file);
        around.add(compressed);
        inside = Containers.zipOrWrapped(file, unpacking.limits());
      }
      if (inside instanceof Container.Archive archive) {
        around.add(archive);
      }
      return new Layers(file, opened, layers, inside, around);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      close(opened);
      throw e;
    }
  }

  /** Closes files, the last opened first. */
  static void close(List<MappedFile> files) throws IOException {
    for (MappedFile file : files.reversed()) {
      file.close();
    }
  }
}
