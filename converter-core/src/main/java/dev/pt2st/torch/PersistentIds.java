package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalStanding;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.tensor.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the value of a persistent id. Only {@code ("storage", class, key, location, number of
 * elements)} is accepted, as in {@code persistent_load} of {@code torch/serialization.py}.
 */
public interface PersistentIds {

  /** A pickle without persistent ids. */
  PersistentIds NONE =
      (id, place) -> {
        throw new MalformedException(place, "a persistent id is in a pickle that cannot have one");
      };

  Value resolve(Value id, Place place) throws CheckpointException;

  /**
   * The fields that the persistent id of a storage has in every layout.
   *
   * @param type the storage class
   * @param elements the number of elements
   * @param rest the fields that follow
   */
  record StorageId(
      Value type, DType dtype, String key, String location, long elements, List<Value> rest) {

    /** The size of the storage in bytes. */
    public long byteSize() {
      return elements * dtype.byteSize();
    }

    public static StorageId of(Value id, int fields, Place place) throws MalformedException {
      if (!(id instanceof TupleValue tuple)
          || !(tuple.get(0) instanceof Value.Text kind)
          || !kind.value().equals("storage")
          || tuple.items().size() != fields) {
        throw malformed(place, "a persistent id is not one that PyTorch writes");
      }
      DType dtype = dtypeOf(tuple.items().get(1));
      if (dtype == null) {
        throw malformed(
            place,
            "a persistent id names "
                + ValueDescription.of(tuple.items().get(1))
                + " where a storage class belongs");
      }
      if (!(tuple.items().get(2) instanceof Value.Text key)
          || !(tuple.items().get(3) instanceof Value.Text location)
          || !(tuple.items().get(4) instanceof Value.Int(long elements))) {
        throw malformed(place, "a persistent id is not one that PyTorch writes");
      }
      if (elements < 0 || elements > Long.MAX_VALUE / dtype.byteSize()) {
        throw malformed(place, "a storage of " + elements + " elements");
      }
      return new StorageId(
          tuple.items().get(1),
          dtype,
          key.value(),
          location.value(),
          elements,
          tuple.items().subList(5, fields));
    }

    /**
     * The element type of a storage class; null if the value is not one. {@code find_class} of
     * torch/serialization.py uses only the class name, without the module.
     */
    public static @Nullable DType dtypeOf(Value type) {
      if (!(type instanceof GlobalValue global)) {
        return null;
      }
      String name = global.name().name();
      if (name.equals("UntypedStorage") || name.equals("_UntypedStorage")) {
        return DType.U8;
      }
      DType dtype = DType.ofStorageClass(name);
      // Only TorchScript has names for which Python has no class.
      return dtype == null && global.standing() == GlobalStanding.LISTED
          ? DType.ofScriptStorage(name)
          : dtype;
    }

    private static MalformedException malformed(Place place, String problem) {
      return new MalformedException(place, problem);
    }
  }
}
