package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.TorchDomain;
import dev.pt2st.torch.value.StorageValue;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The storages and tensors of a tar checkpoint under the numbers by which its pickle refers to
 * them. Both records are a count, followed by a pickle of three values and raw little-endian bytes
 * for each object.
 */
final class TarObjects implements PersistentIds {
  /** The heap bytes of one storage or tensor, besides the values of its pickle. */
  private static final long OBJECT_BYTES = 300;

  private static final int MAX_DIGITS = 18;

  private final TorchDomain plain;
  private final HeapBudget budget;
  private final Map<Long, Value> byNumber = new HashMap<>();
  private final Set<Value> named = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param plain the domain of the pickle before each object
   */
  TarObjects(TorchDomain plain, HeapBudget budget) {
    this.plain = plain;
    this.budget = budget;
  }

  /** How many tensors the pickle has referred to so far. */
  long tensorsNamed() {
    return named.size();
  }

  /**
   * Resolves an id: digits are the number of a storage or tensor, and a tuple is a class followed
   * by its source.
   */
  @Override
  public Value resolve(Value id, Place place) throws CheckpointException {
    if (id instanceof TupleValue tuple
        && tuple.items().size() == 3
        && tuple.get(0) instanceof GlobalValue type) {
      return type;
    }
    Value object = id instanceof Value.Text text ? byNumber.get(numberOf(text.value())) : null;
    if (object == null) {
      throw new MalformedException(
          place, "a persistent id names no storage and no tensor of the file");
    }
    if (object instanceof TensorValue) {
      named.add(object);
    }
    return object;
  }

  private static @Nullable Long numberOf(String digits) {
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Long.valueOf(digits) : null;
  }

  /**
   * {@code (number, location, class)}, the count of elements and the elements of each storage,
   * followed by the storage views.
   */
  void readStorages(ByteCursor in, ByteSource.Stored record) throws CheckpointException {
    long count = count(in);
    for (long i = 0; i < count; i++) {
      Place start = in.place();
      List<Value> fields = fields(in, 3, start);
      DType dtype = StorageId.dtypeOf(fields.get(2));
      if (!(fields.get(0) instanceof Value.Int(long number))
          || !(fields.get(1) instanceof Value.Text location)
          || dtype == null) {
        throw new MalformedException(
            start,
            "a storage is not as PyTorch writes it: number, location and storage class, but "
                + ValueDescription.of(fields.get(2))
                + " where the class belongs");
      }
      Place sized = in.place();
      long elements = in.i64();
      if (elements < 0 || elements > in.remaining() / dtype.byteSize()) {
        throw new MalformedException(
            sized,
            "a storage of "
                + elements
                + " elements does not fit the "
                + in.remaining()
                + " bytes that are left");
      }
      Storage storage =
          new Storage(Long.toString(number), location.value(), dtype, elements * dtype.byteSize());
      locate(storage, record, in.position());
      in.skip(storage.byteSize());
      put(number, new StorageValue(storage, List.of(fields.get(2))), start);
    }
    readViews(in, record);
  }

  private void readViews(ByteCursor in, ByteSource.Stored record) throws CheckpointException {
    Place start = in.place();
    if (!(unpickle(in) instanceof ListValue views)) {
      throw new MalformedException(start, "the views of storages are not a list");
    }
    for (Value view : views.items()) {
      if (!(view instanceof TupleValue tuple)
          || tuple.items().size() != 4
          || !(tuple.get(0) instanceof Value.Int(long number))
          || !(tuple.get(1) instanceof Value.Int(long rootNumber))
          || !(tuple.get(2) instanceof Value.Int(long offset))
          || !(tuple.get(3) instanceof Value.Int(long elements))
          || !(byNumber.get(rootNumber) instanceof StorageValue root)
          || !(root.storage().source() instanceof ByteSource.Stored bytes)) {
        throw new MalformedException(start, "the view of a storage is not as PyTorch writes it");
      }
      DType dtype = root.storage().dtype();
      long most = root.storage().byteSize() / dtype.byteSize();
      if (offset < 0 || elements < 0 || elements > most || offset > most - elements) {
        throw new MalformedException(
            start,
            "a view of "
                + elements
                + " elements at "
                + offset
                + " does not fit its storage of "
                + most);
      }
      Storage storage =
          new Storage(
              Long.toString(number), root.storage().location(), dtype, elements * dtype.byteSize());
      locate(storage, record, bytes.offset() - record.offset() + offset * dtype.byteSize());
      put(number, new StorageValue(storage, root.parts()), start);
    }
  }

  /**
   * {@code (number, number of the storage, class)}, the rank, four padding bytes, and the sizes,
   * strides and offset of each tensor.
   */
  void readTensors(ByteCursor in) throws CheckpointException {
    long count = count(in);
    for (long i = 0; i < count; i++) {
      Place start = in.place();
      List<Value> fields = fields(in, 3, start);
      if (!(fields.get(0) instanceof Value.Int(long number))
          || !(fields.get(1) instanceof Value.Int(long storageNumber))
          || !(byNumber.get(storageNumber) instanceof StorageValue storage)) {
        throw new MalformedException(
            start, "a tensor names no storage of the file, or is not as PyTorch writes it");
      }
      Place sized = in.place();
      int rank = in.i32();
      if (rank < 0 || rank > Views.MAX_RANK) {
        throw new MalformedException(sized, "a tensor of " + rank + " dimensions");
      }
      in.i32();
      Shape shape = dimensions(in, rank);
      Shape strides = dimensions(in, rank);
      long offset = in.i64();
      TensorView view =
          new TensorView(storage.storage(), storage.storage().dtype(), offset, shape, strides);
      if (offset < 0
          || Views.hasNegative(shape)
          || Views.hasNegative(strides)
          || !Views.fits(view)) {
        throw new MalformedException(
            sized,
            "a tensor of shape "
                + shape
                + " does not fit its storage of "
                + storage.storage().byteSize()
                + " bytes");
      }
      TensorValue tensor = new TensorValue(new TensorValue.Strided(view)).with(fields.get(2));
      storage.parts().forEach(tensor::with);
      put(number, tensor, start);
    }
  }

  private static Shape dimensions(ByteCursor in, int rank) throws MalformedException {
    long[] dimensions = new long[rank];
    for (int i = 0; i < rank; i++) {
      dimensions[i] = in.i64();
    }
    return Shape.of(dimensions);
  }

  private static void locate(Storage storage, ByteSource.Stored record, long at) {
    storage.locate(
        new ByteSource.Stored(
            "storage " + storage.key(),
            record.file(),
            record.offset() + at,
            storage.byteSize(),
            OptionalInt.empty()),
        ByteOrder.LITTLE_ENDIAN);
  }

  /** Refuses a number with two objects, of which PyTorch would silently take the last. */
  private void put(long number, Value object, Place place) throws MalformedException {
    if (byNumber.put(number, object) != null) {
      throw new MalformedException(place, "two storages or tensors have the number " + number);
    }
  }

  private long count(ByteCursor in) throws CheckpointException {
    Place start = in.place();
    if (unpickle(in) instanceof Value.Int(long count)) {
      return count;
    }
    throw new MalformedException(start, "the record does not begin with a count");
  }

  private List<Value> fields(ByteCursor in, int wanted, Place start) throws CheckpointException {
    budget.charge(OBJECT_BYTES, () -> start);
    if (unpickle(in) instanceof TupleValue tuple && tuple.items().size() == wanted) {
      return tuple.items();
    }
    throw new MalformedException(start, "a tuple of " + wanted + " values is missing here");
  }

  private Value unpickle(ByteCursor in) throws CheckpointException {
    return Unpickler.load(in, plain, budget).value();
  }
}
