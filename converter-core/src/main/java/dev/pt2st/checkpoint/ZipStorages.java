package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteSource;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.value.StorageValue;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The storages of a ZIP: one record {@code data/KEY} each. The first id of a key decides its type
 * and size, as in {@code _load} of {@code torch/serialization.py}.
 */
final class ZipStorages implements PersistentIds {
  private final ZipArchive archive;
  private final ByteOrder order;
  private final String folder;
  private final String suffix;

  /** By the numbers of their records, as there may be a million; null for what none is of. */
  private final @Nullable Storage[] byRecord;

  /** Those that are at no record of their own, by their keys. */
  private final Map<String, Storage> others = new HashMap<>();

  /** The class of the storage before, since most have the same. */
  private List<Value> type = List.of();

  /**
   * @param folder where the records are, such as {@code data/}
   */
  ZipStorages(ZipArchive archive, ByteOrder order, String folder) {
    this(archive, order, folder, "");
  }

  /**
   * @param folder where the records are
   * @param suffix what follows the key in their names
   */
  ZipStorages(ZipArchive archive, ByteOrder order, String folder, String suffix) {
    this.suffix = suffix;
    this.archive = archive;
    this.byRecord = new Storage[archive.entries().size()];
    this.order = order;
    this.folder = folder;
  }

  @Override
  public Value resolve(Value id, Place place) throws CheckpointException {
    StorageId storageId = StorageId.of(id, 5, place);
    Storage storage = storage(storageId, place);
    // The class that this id names belongs to the value, though that of the first decides.
    if (!type.contains(storageId.type())) {
      type = List.of(storageId.type());
    }
    return new StorageValue(storage, type);
  }

  private Storage storage(StorageId id, Place place) throws MalformedException {
    ZipEntry record = archive.record(folder + id.key() + suffix).orElse(null);
    Storage first = record == null ? null : byRecord[record.number()];
    // Names that differ in their case alone are one record, and two keys.
    Storage known = first != null && first.key().equals(id.key()) ? first : others.get(id.key());
    // PyTorch reads a storage without bytes anew each time, so each id of it has its own type.
    if (known != null && known.byteSize() != 0) {
      return known;
    }
    Storage storage = new Storage(id.key(), id.location(), id.dtype(), id.byteSize());
    if (!id.location().equals("meta")) {
      if (record == null) {
        throw new MalformedException(
            place, "the archive has no record " + folder + id.key() + suffix + " for a storage");
      }
      locate(storage, record, first, place);
    }
    if (record != null && known == first) {
      byRecord[record.number()] = storage;
    } else {
      others.put(id.key(), storage);
    }
    return storage;
  }

  /** Every storage that was named. */
  Collection<Storage> all() {
    List<Storage> all = new ArrayList<>(others.values());
    for (Storage storage : byRecord) {
      if (storage != null) {
        all.add(storage);
      }
    }
    return all;
  }

  /**
   * @param first what is at this record already. Its source is taken, as each source is unpacked by
   *     itself
   */
  private void locate(Storage storage, ZipEntry record, @Nullable Storage first, Place place)
      throws MalformedException {
    ByteSource known = first == null ? null : first.source();
    ByteSource bytes = known == null ? record.bytes() : known;
    if (bytes.size() < storage.byteSize()) {
      throw new MalformedException(
          Place.of(place.file()).inEntry(record.name()),
          "the record has " + bytes.size() + " bytes and its storage needs " + storage.byteSize());
    }
    storage.locate(bytes, order);
  }
}
