package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.checkpoint.sharded.MetadataValue.Info;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file of a distributed checkpoint are items of their own. What {@code .metadata}
 * of a folder says is kept while files of that folder are asked for: a folder may have a thousand
 * files and a million items. May be used by several threads.
 */
public final class ItemRanges {
  private static final String ITEMS = ".distcp";

  private final ReadOptions options;
  private @Nullable Folder last;

  /**
   * @param options whose limits bound the reading of {@code .metadata}
   */
  public ItemRanges(ReadOptions options) {
    this.options = options;
  }

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

  /** What was read of a folder, by the names of its files. */
  private record Folder(Path metadata, long size, FileTime changed, Map<String, Ranges> files) {}

  /** The items of a file, in their order. */
  private static final class Ranges extends AbstractList<Range> {
    private final long[] offsets;
    private final long[] lengths;

    Ranges(long[] offsets, long[] lengths) {
      this.offsets = offsets;
      this.lengths = lengths;
    }

    @Override
    public Range get(int index) {
      return new Range(offsets[index], lengths[index]);
    }

    @Override
    public int size() {
      return offsets.length;
    }

    /** Whether each lies in the file, behind the one before. */
    boolean fit(long size) {
      long end = 0;
      for (int i = 0; i < offsets.length; i++) {
        if (offsets[i] < end || offsets[i] > size || lengths[i] > size - offsets[i]) {
          return false;
        }
        end = offsets[i] + lengths[i];
      }
      return true;
    }
  }

  /**
   * The items of a file, as {@code .metadata} beside it says.
   *
   * @param size of the file
   * @return in their order; empty if the file is none of a distributed checkpoint, {@code
   *     .metadata} cannot be read, or what it says of the file contradicts itself
   */
  public List<Range> of(Path file, long size) throws IOException {
    String name = String.valueOf(file.getFileName());
    Path metadata = file.resolveSibling(FolderCheckpoint.METADATA);
    if (!name.endsWith(ITEMS) || !Files.isRegularFile(metadata)) {
      return List.of();
    }
    Ranges ranges = folder(metadata).files.get(name);
    return ranges == null || !ranges.fit(size) ? List.of() : ranges;
  }

  private synchronized Folder folder(Path metadata) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(metadata, BasicFileAttributes.class);
    Folder known = last;
    if (known == null
        || !known.metadata.equals(metadata)
        || known.size != attributes.size()
        || !known.changed.equals(attributes.lastModifiedTime())) {
      last = null;
      known =
          new Folder(metadata, attributes.size(), attributes.lastModifiedTime(), read(metadata));
      last = known;
    }
    return known;
  }

  private Map<String, Ranges> read(Path metadata) throws IOException {
    try (MappedFile opened = MappedFile.open(metadata)) {
      return FileGuard.guarded(List.of(opened), () -> byFile(items(opened)));
    } catch (CheckpointException e) {
      return Map.of(); // whoever looks at .metadata hears of it
    }
  }

  private StoredItems items(MappedFile metadata) throws CheckpointException {
    return DcpMetadata.of(
            new CheckpointReader(options)
                .read(new Container.RawPickle(metadata), MetadataDomain::new)
                .top(),
            Place.of(metadata.name()))
        .items();
  }

  private static Map<String, Ranges> byFile(StoredItems items) {
    Map<String, List<Info>> byFile = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      Info item = items.get(i);
      byFile.computeIfAbsent(String.valueOf(item.file()), name -> new ArrayList<>()).add(item);
    }
    Map<String, Ranges> found = HashMap.newHashMap(byFile.size());
    byFile.forEach((name, own) -> {
      own.sort(Comparator.comparingLong(Info::offset));
      found.put(
          name,
          new Ranges(
              own.stream().mapToLong(Info::offset).toArray(),
              own.stream().mapToLong(Info::length).toArray()));
    });
    return found;
  }
}
