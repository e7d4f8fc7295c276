package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.checkpoint.sharded.DcpMetadata.StoredItem;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which bytes of a file of a distributed checkpoint are items of their own. */
public final class ItemRanges {
  private static final String ITEMS = ".distcp";

  private ItemRanges() {}

  /**
   * Bytes of a file.
   *
   * @param offset of the first
   * @param length how many
   */
  public record Range(long offset, long length) {
    /** The byte behind the last. */
    public long end() {
      return offset + length;
    }
  }

  /**
   * The items of a file, as {@code .metadata} beside it says.
   *
   * @param size of the file
   * @return in their order; empty if the file is none of a distributed checkpoint, {@code
   *     .metadata} cannot be read, or what it says of the file contradicts itself
   */
  public static List<Range> of(Path file, long size, ReadOptions options) throws IOException {
    String name = String.valueOf(file.getFileName());
    Path metadata = file.resolveSibling(FolderCheckpoint.METADATA);
    if (!name.endsWith(ITEMS) || !Files.isRegularFile(metadata)) {
      return List.of();
    }
    List<Range> ranges = new ArrayList<>();
    try (MappedFile opened = MappedFile.open(metadata)) {
      DcpMetadata read =
          FileGuard.guarded(
              List.of(opened),
              () -> {
                Checkpoint pickle =
                    new CheckpointReader(options).read(new Container.RawPickle(opened));
                return DcpMetadata.of(pickle.top(), Place.of(opened.name()));
              });
      for (StoredItem item : read.items().values()) {
        if (item.file().equals(name)) {
          ranges.add(new Range(item.offset(), item.length()));
        }
      }
    } catch (CheckpointException e) {
      return List.of(); // whoever looks at .metadata hears of it
    }
    ranges.sort(Comparator.comparingLong(Range::offset));
    long end = 0;
    for (Range range : ranges) {
      if (range.offset() < end || range.length() > size - range.offset()) {
        return List.of();
      }
      end = range.end();
    }
    return ranges;
  }
}
