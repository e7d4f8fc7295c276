package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.checkpoint.sharded.folder.MetadataDomain;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** Finds missing files of a distributed checkpoint. */
public final class MissingFiles {
  private MissingFiles() {}

  /**
   * The files that {@code .metadata} names but the folder lacks.
   *
   * @return their names in order; empty for another kind of checkpoint, or if {@code .metadata}
   *     cannot be read
   */
  public static List<String> in(FolderCheckpoint folder, ReadOptions options) throws IOException {
    Path metadata = folder.folder().resolve(FolderCheckpoint.METADATA);
    if (folder.kind() != FolderKind.DCP || !Files.isRegularFile(metadata)) {
      return List.of();
    }
    TreeSet<String> there = new TreeSet<>();
    folder.parts().forEach(part -> there.add(String.valueOf(part.getFileName())));
    TreeSet<String> missing = new TreeSet<>();
    try (MappedFile file = MappedFile.open(metadata)) {
      StoredItems items =
          FileGuard.guarded(
              List.of(file),
              () -> {
                Checkpoint pickle =
                    new CheckpointReader(options)
                        .read(new Container.RawPickle(file), MetadataDomain::new);
                return DcpMetadata.of(pickle.top(), Place.of(file.name())).items();
              });
      for (int i = 0; i < items.size(); i++) {
        String name = items.get(i).file();
        if (name != null && !there.contains(name) && name.indexOf('/') < 0) {
          missing.add(name);
        }
      }
    } catch (CheckpointException e) {
      return List.of(); // reading the folder itself reports the error
    }
    return List.copyOf(missing);
  }
}
