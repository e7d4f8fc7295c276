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

  /** Storages by the number of their record, as there may be a million; null for other records. */
  private final @Nullable Storage[] byRecord;

  /** Storages without a record of their own, by key. */
  private final Map<String, Storage> others = new HashMap<>();

  /** The class of the previous storage, as most have the same. */
  private List<Value> type = List.of();

  /**
   * @param folder the folder of the records, such as {@code data/}
   */
  ZipStorages(ZipArchive archive, ByteOrder order, String folder) {
    this(archive, order, folder, "");
  }

  /**
   * @param folder the folder of the records
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
    // This value has the class that its id names, although the first id decides the storage's type.
    if (!type.contains(storageId.type())) {
      type = List.of(storageId.type());
    }
    return new StorageValue(storage, type);
  }

  private Storage storage(StorageId id, Place place) throws MalformedException {
    ZipEntry record = archive.record(folder + id.key() + suffix).orElse(null);
    Storage first = record == null ? null : byRecord[record.number()];
    // Names that only differ in case are one record, but two keys.
    Storage known = first != null && first.key().equals(id.key()) ? first : others.get(id.key());
    // PyTorch reads an empty storage anew each time, so each of its ids has its own type.
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

  /** Every storage that an id names. */
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
   * @param first the storage at this record already; its source is reused, as each source is
   *     unpacked separately
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
