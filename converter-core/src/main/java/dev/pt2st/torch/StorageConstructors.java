package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyValue;
import java.util.Map;

/** Rebuilds storages that were pickled without {@code torch.save} ({@code torch/storage.py}). */
final class StorageConstructors {
  private StorageConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    table.put("torch.storage._load_from_bytes", StorageConstructors::loadFromBytes);
  }

  /** {@code torch.load(io.BytesIO(bytes))}; the result is nearly always a storage. */
  private static Value loadFromBytes(Call call) throws CheckpointException {
    Value.Bytes bytes = call.count() == 1 ? NumpyValue.bytesOf(call.argument(0)) : null;
    if (bytes == null) {
      throw call.wrong(0, "bytes");
    }
    return call.domain().embedded(bytes, call.place());
  }
}
