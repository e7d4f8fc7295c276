package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.sharded.folder.Boxes;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.checkpoint.sharded.folder.MetadataValue.Index;
import dev.pt2st.checkpoint.sharded.folder.MetadataValue.Info;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The locations of all pieces and values ({@code storage_data}). There may be a million, so they
 * are grouped by entry, and then matched in the order of their offsets.
 */
final class StoredItems {
  /** An item of the dict. */
  record Item(Index index, Info info) {}

  private final DictValue storage;
  private final Place place;

  /** The indices of items in the dict, grouped by entry. */
  private final int[] grouped;

  /** For each entry, the start of its group in {@link #grouped}; with a final end. */
  private final int[] starts;

  private StoredItems(DictValue storage, Place place, int[] grouped, int[] starts) {
    this.storage = storage;
    this.place = place;
    this.grouped = grouped;
    this.starts = starts;
  }

  /**
   * Groups items.
   *
   * @param entries the entries that they belong to; items of other entries are ignored
   * @param place names the file in messages
   * @throws MalformedException if one is not what PyTorch writes
   */
  static StoredItems of(DictValue storage, List<DcpMetadata.Entry> entries, Place place)
      throws MalformedException {
    Map<String, Integer> numbers = HashMap.newHashMap(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      numbers.put(entries.get(i).name(), i);
    }
    int[] entryOf = new int[storage.size()];
    int[] starts = new int[entries.size() + 1];
    for (int i = 0; i < entryOf.length; i++) {
      Item item = checked(storage.key(i), storage.value(i), place);
      entryOf[i] = numbers.getOrDefault(item.index.name(), -1);
      if (entryOf[i] >= 0) {
        starts[entryOf[i] + 1]++;
      }
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] next = starts.clone();
    int[] grouped = new int[starts[entries.size()]];
    for (int i = 0; i < entryOf.length; i++) {
      if (entryOf[i] >= 0) {
        grouped[next[entryOf[i]]++] = i;
      }
    }
    return new StoredItems(storage, place, grouped, starts);
  }

  private static Item checked(Value key, Value value, Place place) throws MalformedException {
    if (!(key instanceof Index index)) {
      throw odd(place, "it has something else where PyTorch writes a MetadataIndex");
    }
    if (!(value instanceof Info info)) {
      throw odd(place, "it has something else where PyTorch writes a _StorageInfo");
    }
    if (index.name() == null) {
      throw odd(place, "the name of an item is not a string");
    }
    if (index.isOdd()) {
      throw odd(place, "an item of \"" + index.name() + "\" has offsets that are not sizes");
    }
    if (info.file() == null) {
      throw odd(place, "the file of an item is not a string");
    }
    if (info.offset() < 0 || info.length() < 0) {
      throw odd(place, "the offset or the length of an item is not a number of bytes");
    }
    if (info.transforms() == null) {
      throw odd(place, "the transforms of an item are not a list of texts");
    }
    return new Item(index, info);
  }

  private static MalformedException odd(Place place, String what) {
    return new MalformedException(place, what);
  }

  /** The number of all items. */
  int size() {
    return storage.size();
  }

  /** An item by its index in the dict. */
  Info get(int index) {
    return (Info) storage.value(index);
  }

  private List<Item> sorted(int entry, String name) throws MalformedException {
    List<Item> items = new ArrayList<>(starts[entry + 1] - starts[entry]);
    for (int i = starts[entry]; i < starts[entry + 1]; i++) {
      items.add(new Item((Index) storage.key(grouped[i]), get(grouped[i])));
    }
    items.sort((one, other) -> compare(one.index.offsets(), other.index.offsets()));
    for (int i = 1; i < items.size(); i++) {
      if (compare(items.get(i - 1).index.offsets(), items.get(i).index.offsets()) == 0) {
        throw odd(place, "two items of \"" + name + "\" have the same place");
      }
    }
    return items;
  }

  /** Compares by offsets; items without offsets come first. */
  private static int compare(@Nullable Shape one, @Nullable Shape other) {
    if (one == null || other == null) {
      return Boolean.compare(one != null, other != null);
    }
    return Boxes.compare(one, other);
  }

  /**
   * The items of a tensor.
   *
   * @param entry the number of its entry
   * @param boxes its pieces, in the order of their offsets
   * @return one item for each box
   * @throws MalformedException if a piece is missing or has two items
   */
  List<Info> of(int entry, String name, List<Box> boxes) throws MalformedException {
    List<Item> items = sorted(entry, name);
    List<Info> found = new ArrayList<>(boxes.size());
    int next = 0;
    for (Box box : boxes) {
      while (next < items.size() && compare(items.get(next).index.offsets(), box.offsets()) < 0) {
        next++;
      }
      if (next == items.size() || !box.offsets().equals(items.get(next).index.offsets())) {
        throw missing(name, "its piece at " + box.offsets());
      }
      found.add(items.get(next).info);
    }
    return found;
  }

  /**
   * The item of a value that is not a tensor.
   *
   * @param entry the number of its entry
   * @throws MalformedException if it is missing or has two items
   */
  Info ofValue(int entry, String name) throws MalformedException {
    List<Item> items = sorted(entry, name);
    if (items.isEmpty() || items.getFirst().index.offsets() != null) {
      throw missing(name, "it");
    }
    return items.getFirst().info;
  }

  private MalformedException missing(String name, String what) {
    return new MalformedException(
        place.ofTensor(name), what + " is in no file: the metadata do not say where it was stored");
  }
}
