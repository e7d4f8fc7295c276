package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.compression.Compression;
import dev.pt2st.archive.compression.Decoding;
import dev.pt2st.checkpoint.sharded.folder.FolderFiles;
import dev.pt2st.checkpoint.sharded.folder.MetadataValue;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The locations of a distributed checkpoint's items, as numbers. Compressed items are unpacked into
 * one nameless scratch file.
 */
final class DcpItems implements Closeable {
  /** {@code ZStandard} of {@code torch/distributed/checkpoint/_extension.py}. */
  private static final String ZSTD = "stream.zstd/1";

  /** Items may be unpacked up to this size, however small they are compressed. */
  private static final long SMALL = 1 << 20;

  /** The number of the scratch file until it is one of the mapped files. */
  private static final int UNPACKED = -1;

  private final FolderFiles files;
  private final Place place;
  private final Limits limits;
  private final ScratchFolder folder;
  private final List<MappedFile> opened = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private int[] file = new int[16];
  private long[] offsets = new long[16];
  private long[] lengths = new long[16];
  private int size;
  private @Nullable ScratchFile target;
  private @Nullable MappedFile scratch;

  /**
   * @param place names the file that lists the items
   * @param folder where compressed items are unpacked
   */
  DcpItems(FolderFiles files, Place place, Limits limits, ScratchFolder folder) {
    this.files = files;
    this.place = place;
    this.limits = limits;
    this.folder = folder;
  }

  /**
   * Adds an item and unpacks it if it is compressed. Items are numbered from 0 in this order.
   *
   * @param name of the tensor or value that it belongs to
   */
  void add(String name, MetadataValue.Info info) throws CheckpointException, IOException {
    if (size == file.length) {
      int grown = Math.addExact(size, size >> 1);
      file = Arrays.copyOf(file, grown);
      offsets = Arrays.copyOf(offsets, grown);
      lengths = Arrays.copyOf(lengths, grown);
    }
    file[size] = number(name, info);
    offsets[size] = info.offset();
    lengths[size] = info.length();
    if (isCompressed(name, info)) {
      ScratchFile unpacked = target;
      if (unpacked == null) {
        unpacked = folder.create();
        target = unpacked;
      }
      long start = unpacked.size();
      unpack(part(size, name), unpacked);
      file[size] = UNPACKED;
      offsets[size] = start;
      lengths[size] = unpacked.size() - start;
    }
    size++;
  }

  /** The number of an item's file; checks that the item is within the file. */
  private int number(String name, MetadataValue.Info info) throws CheckpointException, IOException {
    Place at = place.ofTensor(name);
    String path = String.valueOf(info.file());
    Integer number = numbers.get(path);
    if (number == null) {
      opened.add(files.open(path, at));
      number = opened.size() - 1;
      numbers.put(path, number);
    }
    MappedFile found = opened.get(number);
    if (info.offset() > found.size() || info.length() > found.size() - info.offset()) {
      throw new MalformedException(
          at,
          "its "
              + info.length()
              + " bytes from byte "
              + info.offset()
              + " on do not lie within the "
              + found.size()
              + " bytes of "
              + path,
          new Remedy.FetchAgain("get the whole folder again"));
    }
    return number;
  }

  private boolean isCompressed(String name, MetadataValue.Info info) throws UnsupportedException {
    List<String> transforms = info.transforms();
    if (transforms == null || transforms.isEmpty()) {
      return false;
    }
    if (transforms.equals(List.of(ZSTD))) {
      return true;
    }
    throw new UnsupportedException(
        place.ofTensor(name),
        "it is stored with the transforms "
            + String.join(", ", transforms)
            + ", of which only "
            + ZSTD
            + " is read",
        new Remedy.Advice("load it with PyTorch where it was made, and save it without them"));
  }

  /** Ends adding; unpacked items can be read from now on. */
  void end() throws IOException {
    ScratchFile unpacked = target;
    if (unpacked == null) {
      return;
    }
    MappedFile mapped = unpacked.map();
    target = null;
    scratch = mapped;
    opened.add(mapped);
    for (int i = 0; i < size; i++) {
      if (file[i] == UNPACKED) {
        file[i] = opened.size() - 1;
      }
    }
  }

  int size() {
    return size;
  }

  /** All files that contain items, by their numbers. */
  List<MappedFile> files() {
    return opened;
  }

  /** The number of an item's file. */
  int file(int item) {
    return file[item];
  }

  /** The offset of an item in its file. */
  long offset(int item) {
    return offsets[item];
  }

  /** The bytes of an item. */
  MemorySegment bytes(int item) {
    return opened.get(file[item]).bytes(offsets[item], lengths[item]);
  }

  /**
   * An item as a file of its own.
   *
   * @param name of the tensor or value that it belongs to
   */
  MappedFile part(int item, String name) {
    MappedFile whole = opened.get(file[item]);
    return whole.part(whole.name().inside(name), offsets[item], lengths[item]);
  }

  private void unpack(MappedFile part, ScratchFile target) throws CheckpointException, IOException {
    ResourceName name = part.name();
    Decoding decoding = new Decoding(Place.of(name), "the zstd data");
    long start = target.size();
    int kilobytes = (int) Math.min(Integer.MAX_VALUE, limits.get(Limit.DECODER_BYTES) >> 10);
    try (InputStream in = decoding.run(() -> Compression.ZSTD.open(part.stream(), kilobytes))) {
      decoding.copy(
          in,
          target,
          count -> {
            long bytes = target.size() - start + count;
            if (bytes > SMALL && !limits.allowGrowth(Limit.RATIO, part.size(), bytes)) {
              throw tooLarge(Limit.RATIO, "times its size", name);
            }
            if (target.size() + count > limits.get(Limit.UNPACKED_BYTES)) {
              throw tooLarge(Limit.UNPACKED_BYTES, "bytes, with all before it", name);
            }
          });
    }
  }

  private LimitException tooLarge(Limit limit, String what, ResourceName name) {
    return new LimitException(
        Place.of(name), limit, "it unpacks to more than " + limits.get(limit) + " " + what);
  }

  @Override
  public void close() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
    if (target != null) {
      target.close();
    }
  }
}
