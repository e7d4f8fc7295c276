package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.MetadataDomain;
import dev.pt2st.checkpoint.sharded.folder.MetadataValue.Info;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
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
 * The byte ranges of a distributed checkpoint's file that are items. The content of {@code
 * .metadata} is cached while files of the same folder are asked for, as a folder may have a
 * thousand files and a million items. Thread-safe.
 */
public final class ItemRanges {
  private static final String ITEMS = ".distcp";

  private final ReadOptions options;
  private @Nullable Folder last;

  /**
   * @param options their limits apply to reading {@code .metadata}
   */
  public ItemRanges(ReadOptions options) {
    this.options = options;
  }

  /**
   * A range of bytes in a file.
   *
   * @param offset of the first
   * @param length how many
   */
  public record Range(long offset, long length) {
    /** The offset after the last byte. */
    public long end() {
      return offset + length;
    }
  }

  /** The items of a folder, by the names of its files. */
  private record Folder(Object metadata, Map<String, Ranges> files) {}

  /** Identifies a version of a {@code .metadata} on this disk. */
  private record Stamp(Path metadata, long size, FileTime changed) {}

  /** Identifies a version of a {@code .metadata} that is read by ranges. */
  private record Version(ResourceName metadata, long size, String version) {}

  /** The items of a file, in order. */
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

    /** Whether each range is in the file and after the previous one. */
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
   * The items of a file, from the {@code .metadata} beside it.
   *
   * @param size of the file in bytes
   * @return the ranges in order; empty if the file is not part of a distributed checkpoint, or if
   *     {@code .metadata} cannot be read or contradicts itself about the file
   */
  public List<Range> of(Path file, long size) throws IOException {
    String name = String.valueOf(file.getFileName());
    Path metadata = file.resolveSibling(FolderCheckpoint.METADATA);
    if (!name.endsWith(ITEMS) || !Files.isRegularFile(metadata)) {
      return List.of();
    }
    BasicFileAttributes attributes = Files.readAttributes(metadata, BasicFileAttributes.class);
    Stamp stamp = new Stamp(metadata, attributes.size(), attributes.lastModifiedTime());
    return of(name, size, folder(stamp, () -> MappedFile.open(metadata)));
  }

  /**
   * Like {@link #of(Path, long)}, for a source with {@code .metadata} beside it.
   *
   * @throws IOException if {@code .metadata} cannot be looked up or read
   */
  public List<Range> of(Input.Ranged item, long size) throws IOException {
    if (!isNamedAsItem(item.name()) || !item.hasSiblings()) {
      return List.of();
    }
    Input.Ranged metadata;
    try {
      metadata = item.sibling(FolderCheckpoint.METADATA);
    } catch (SourceException e) {
      if (e.reason() == SourceException.Reason.MISSING) {
        return List.of();
      }
      throw e;
    }
    RangeSource source = metadata.source();
    Version version = new Version(source.name(), source.size(), source.version());
    String name = item.name().fileName();
    return of(name, size, folder(version, () -> metadata.open(ScratchFolder.TEMPORARY)));
  }

  /** Whether a file has the name of one whose items are only known from {@code .metadata}. */
  public static boolean isNamedAsItem(ResourceName file) {
    return file.text().endsWith(ITEMS);
  }

  private static List<Range> of(String name, long size, Folder folder) {
    Ranges ranges = folder.files.get(name);
    return ranges == null || !ranges.fit(size) ? List.of() : ranges;
  }

  /** Opens a {@code .metadata}. */
  @FunctionalInterface
  private interface Metadata {
    MappedFile open() throws IOException;
  }

  private synchronized Folder folder(Object stamp, Metadata metadata) throws IOException {
    Folder known = last;
    if (known == null || !known.metadata.equals(stamp)) {
      last = null;
      known = new Folder(stamp, read(metadata));
      last = known;
    }
    return known;
  }

  private Map<String, Ranges> read(Metadata metadata) throws IOException {
    try (MappedFile opened = metadata.open()) {
      return FileGuard.guarded(List.of(opened), () -> byFile(items(opened)));
    } catch (CheckpointException e) {
      return Map.of(); // reading .metadata itself reports the error
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
