package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.value.StorageValue;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The storages of a ZIP: one record {@code data/KEY} each. The first id of a key decides its type
 * and size, as in {@code _load} of {@code torch/serialization.py}.
 */
final class ZipStorages implements PersistentIds {
  private final ZipArchive archive;
  private final ByteOrder order;
  private final String folder;
  private final String suffix;
  private final Map<String, Storage> byKey = new HashMap<>();

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
    this.order = order;
    this.folder = folder;
  }

  @Override
  public Value resolve(Value id, Place place) throws CheckpointException {
    StorageId storageId = StorageId.of(id, 5, place);
    Storage storage = byKey.get(storageId.key());
    // PyTorch reads a storage without bytes anew each time, so each id of it has its own type.
    if (storage == null || storage.byteSize() == 0) {
      storage =
          new Storage(
              storageId.key(), storageId.location(), storageId.dtype(), storageId.byteSize());
      if (!storageId.location().equals("meta")) {
        locate(storage, place);
      }
      byKey.put(storageId.key(), storage);
    }
    // The class that this id names belongs to the value, though that of the first decides.
    if (!type.contains(storageId.type())) {
      type = List.of(storageId.type());
    }
    return new StorageValue(storage, type);
  }

  /** Every storage that was named. */
  Collection<Storage> all() {
    return byKey.values();
  }

  private void locate(Storage storage, Place place) throws MalformedException {
    ZipEntry entry = archive.record(folder + storage.key() + suffix).orElse(null);
    if (entry == null) {
      throw new MalformedException(
          place, "the archive has no record " + folder + storage.key() + suffix + " for a storage");
    }
    if (entry.bytes().size() < storage.byteSize()) {
      throw new MalformedException(
          Place.of(place.file()).inEntry(entry.name()),
          "the record has "
              + entry.bytes().size()
              + " bytes and its storage needs "
              + storage.byteSize());
    }
    storage.locate(entry.bytes(), order);
  }
}
