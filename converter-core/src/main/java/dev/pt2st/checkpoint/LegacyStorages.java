package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.value.StorageValue;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The storages of a legacy stream. The fourth pickle names them, and their bytes follow the fifth;
 * each is a count of elements and the elements ({@code _legacy_load} in {@code
 * torch/serialization.py}, {@code THPStorage_readFileRaw} in {@code torch/csrc/serialization.cpp}).
 * The bytes are little-endian, whatever the stream notes about the machine that wrote it.
 */
final class LegacyStorages implements PersistentIds {
  private record View(Storage view, Storage root, long start) {}

  private final MappedFile file;
  private final Map<String, Storage> byKey = new HashMap<>();
  private final List<View> views = new ArrayList<>();

  LegacyStorages(MappedFile file) {
    this.file = file;
  }

  @Override
  public Value resolve(Value id, Place place) throws CheckpointException {
    if (id instanceof TupleValue tuple
        && tuple.get(0) instanceof Value.Text kind
        && kind.value().equals("module")) {
      return moduleOf(tuple, place);
    }
    StorageId storageId = StorageId.of(id, 6, place);
    Storage root =
        byKey.computeIfAbsent(
            storageId.key(), key -> storageOf(storageId, key, storageId.byteSize()));
    Value metadata = storageId.rest().getFirst();
    Storage storage =
        metadata instanceof Value.None
            ? typed(root, storageId)
            : viewOf(storageId, root, metadata, place);
    // This value has the class that its id names, although the first id decides the storage's type.
    return new StorageValue(storage, List.of(storageId.type()));
  }

  /**
   * The storage of a key as an id names it. An empty storage gets the dtype of each id: PyTorch
   * creates another typed storage if the first has no memory.
   */
  private static Storage typed(Storage root, StorageId id) {
    if (root.byteSize() > 0 || root.dtype() == id.dtype()) {
      return root;
    }
    Storage empty = storageOf(id, id.key(), 0);
    empty.locate(
        new ByteSource.InMemory("storage " + id.key(), MemorySegment.NULL),
        ByteOrder.LITTLE_ENDIAN);
    return empty;
  }

  private static Storage storageOf(StorageId id, String key, long byteSize) {
    return new Storage(key, id.location(), id.dtype(), byteSize);
  }

  /** {@code ("module", class, source file, source)}: the class; its source is ignored. */
  private static Value moduleOf(TupleValue id, Place place) throws MalformedException {
    if (id.items().size() == 4 && id.items().get(1) instanceof GlobalValue type) {
      return type;
    }
    throw new MalformedException(place, "a persistent id is not one that PyTorch writes");
  }

  private Storage viewOf(StorageId id, Storage root, Value metadata, Place place)
      throws MalformedException {
    if (!(metadata instanceof TupleValue tuple)
        || tuple.items().size() != 3
        || !(tuple.items().get(0) instanceof Value.Text key)
        || !(tuple.items().get(1) instanceof Value.Int(long offset))
        || !(tuple.items().get(2) instanceof Value.Int(long elements))) {
      throw new MalformedException(place, "the view of a storage is not as PyTorch writes it");
    }
    Storage known = byKey.get(key.value());
    if (known != null) {
      return known;
    }
    long size = root.byteSize();
    long most = size / id.dtype().byteSize();
    if (offset < 0 || elements < 0 || elements > most || offset > most - elements) {
      throw new MalformedException(
          place,
          "a view of "
              + elements
              + " elements at "
              + offset
              + " does not fit its storage \""
              + id.key()
              + "\" of "
              + most);
    }
    Storage view = storageOf(id, key.value(), elements * id.dtype().byteSize());
    views.add(new View(view, root, offset * id.dtype().byteSize()));
    byKey.put(key.value(), view);
    return view;
  }

  /** Prefetches the counts before the storages together, if the file is read by ranges. */
  private void expect(ListValue keys, long from) {
    if (!file.isFetched()) {
      return;
    }
    List<MappedFile.Part> counts = new ArrayList<>();
    long at = from;
    for (Value item : keys.items()) {
      Storage storage = item instanceof Value.Text key ? byKey.get(key.value()) : null;
      if (storage == null || at > file.size()) {
        break;
      }
      counts.add(new MappedFile.Part(at, Long.BYTES));
      at += Long.BYTES + storage.byteSize();
    }
    file.willRead(counts);
  }

  /** Walks the storages after the pickles, in the order of the list of keys. */
  void locate(Value keys, ByteCursor in) throws CheckpointException {
    if (!(keys instanceof ListValue list)) {
      throw in.malformed("the storage keys are not a list");
    }
    expect(list, in.position());
    for (Value item : list.items()) {
      Storage storage = item instanceof Value.Text key ? byKey.get(key.value()) : null;
      if (storage == null) {
        throw in.malformed("the list of storage keys has a key that nothing uses");
      }
      Place start = in.place();
      long elements = in.i64();
      if (elements < 0 || elements != storage.byteSize() / storage.dtype().byteSize()) {
        throw new MalformedException(
            start,
            "the storage \""
                + storage.key()
                + "\" has "
                + elements
                + " elements here and "
                + storage.byteSize() / storage.dtype().byteSize()
                + " in the pickle");
      }
      long offset = in.position();
      in.skip(storage.byteSize());
      storage.locate(
          new ByteSource.Stored(
              "storage " + storage.key(), file, offset, storage.byteSize(), OptionalInt.empty()),
          ByteOrder.LITTLE_ENDIAN);
    }
    for (View view : views) {
      if (view.root.source() instanceof ByteSource.Stored bytes) {
        view.view.locate(
            new ByteSource.Stored(
                bytes.name(),
                file,
                bytes.offset() + view.start,
                view.view.byteSize(),
                OptionalInt.empty()),
            ByteOrder.LITTLE_ENDIAN);
      }
    }
  }
}
