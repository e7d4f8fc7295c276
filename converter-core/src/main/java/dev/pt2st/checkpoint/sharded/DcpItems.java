package dev.pt2st.checkpoint.sharded;

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
import dev.pt2st.checkpoint.sharded.DcpMetadata.ItemKey;
import dev.pt2st.checkpoint.sharded.DcpMetadata.StoredItem;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items of a distributed checkpoint as files of their own. Compressed ones are unpacked, all
 * into one nameless scratch file.
 */
final class DcpItems implements Closeable {
  /** {@code ZStandard} of {@code torch/distributed/checkpoint/_extension.py}. */
  private static final String ZSTD = "stream.zstd/1";

  /** What is this small is never out of proportion. */
  private static final long SMALL = 1 << 20;

  private final FolderFiles files;
  private final Place place;
  private final Limits limits;
  private final Map<ItemKey, long[]> unpacked = new HashMap<>();
  private @Nullable MappedFile scratch;

  /**
   * @param place names what the items are named by
   */
  DcpItems(FolderFiles files, Place place, Limits limits) {
    this.files = files;
    this.place = place;
    this.limits = limits;
  }

  /** Unpacks those that are compressed, and opens the files of all. */
  void open(Map<ItemKey, StoredItem> items, ScratchFolder folder)
      throws CheckpointException, IOException {
    ScratchFile target = null;
    try {
      for (Map.Entry<ItemKey, StoredItem> entry : items.entrySet()) {
        ItemKey key = entry.getKey();
        MappedFile part = stored(key, entry.getValue());
        if (isCompressed(key, entry.getValue())) {
          if (target == null) {
            target = folder.create();
          }
          long start = target.size();
          unpack(part, target);
          unpacked.put(key, new long[] {start, target.size() - start});
        }
      }
      if (target != null) {
        scratch = target.map();
      }
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      if (target != null) {
        target.close();
      }
      throw e;
    }
  }

  private boolean isCompressed(ItemKey key, StoredItem item) throws UnsupportedException {
    if (item.transforms().isEmpty()) {
      return false;
    }
    if (item.transforms().equals(List.of(ZSTD))) {
      return true;
    }
    throw new UnsupportedException(
        place.ofTensor(key.name()),
        "it is stored with the transforms "
            + String.join(", ", item.transforms())
            + ", of which only "
            + ZSTD
            + " is read",
        new Remedy.Advice("load it with PyTorch where it was made, and save it without them"));
  }

  /** The bytes of an item as its file has them. */
  private MappedFile stored(ItemKey key, StoredItem item) throws CheckpointException, IOException {
    Place at = place.ofTensor(key.name());
    MappedFile file = files.open(item.file(), at);
    if (item.offset() > file.size() || item.length() > file.size() - item.offset()) {
      throw new MalformedException(
          at,
          "its "
              + item.length()
              + " bytes from byte "
              + item.offset()
              + " on do not lie within the "
              + file.size()
              + " bytes of "
              + item.file(),
          new Remedy.FetchAgain("get the whole folder again"));
    }
    return file.part(file.name().inside(key.name()), item.offset(), item.length());
  }

  /** An item, unpacked. */
  MappedFile of(ItemKey key, StoredItem item) throws CheckpointException, IOException {
    MappedFile stored = stored(key, item);
    long[] place = unpacked.get(key);
    MappedFile all = scratch;
    return place == null || all == null ? stored : all.part(stored.name(), place[0], place[1]);
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
  }
}
