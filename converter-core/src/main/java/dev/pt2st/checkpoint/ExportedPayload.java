package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The raw tensors of an exported program: records of bytes, and a configuration that maps each name
 * to its record and form ({@code PayloadMeta} and {@code TensorMeta} of {@code
 * torch/_export/serde/schema.py}, {@code _build_file_map} and {@code _load_state_dict} of {@code
 * torch/export/pt2_archive/_package.py}).
 */
final class ExportedPayload {
  /** {@code ScalarType} of torch/_export/serde/schema.py. */
  private static final Map<Long, DType> DTYPES =
      Map.ofEntries(
          Map.entry(1L, DType.U8),
          Map.entry(2L, DType.I8),
          Map.entry(3L, DType.I16),
          Map.entry(4L, DType.I32),
          Map.entry(5L, DType.I64),
          Map.entry(6L, DType.F16),
          Map.entry(7L, DType.F32),
          Map.entry(8L, DType.F64),
          Map.entry(9L, DType.COMPLEX32),
          Map.entry(10L, DType.C64),
          Map.entry(11L, DType.COMPLEX128),
          Map.entry(12L, DType.BOOL),
          Map.entry(13L, DType.BF16),
          Map.entry(28L, DType.U16),
          Map.entry(29L, DType.F8_E4M3),
          Map.entry(30L, DType.F8_E5M2),
          Map.entry(31L, DType.F8_E4M3FNUZ),
          Map.entry(32L, DType.F8_E5M2FNUZ),
          Map.entry(33L, DType.F8_E8M0),
          Map.entry(34L, DType.U32),
          Map.entry(35L, DType.U64));

  /** {@code Layout.Strided} of torch/_export/serde/schema.py. */
  private static final long STRIDED = 7;

  private final ZipArchive archive;
  private final ByteOrder order;
  private final String folder;
  private final Map<String, Storage> storages = new HashMap<>();

  /**
   * @param folder of the records, such as {@code data/weights/}
   */
  ExportedPayload(ZipArchive archive, ByteOrder order, String folder) {
    this.archive = archive;
    this.order = order;
    this.folder = folder;
  }

  /** The storages of all tensors that were read so far. */
  Collection<Storage> storages() {
    return storages.values();
  }

  /**
   * Reads a tensor as its configuration describes it.
   *
   * @param name of the tensor, for messages
   */
  TensorValue tensor(String name, DictValue payload, Place place) throws CheckpointException {
    Place at = place.ofTensor(name);
    if (!(payload.get("tensor_meta") instanceof DictValue meta)) {
      throw new MalformedException(at, "the configuration does not describe the tensor");
    }
    DType dtype = meta.get("dtype") instanceof Value.Int(long number) ? DTYPES.get(number) : null;
    if (dtype == null) {
      throw new MalformedException(at, "the configuration has no PyTorch dtype for the tensor");
    }
    Shape shape = sizes(meta.get("sizes"), at);
    if (!(meta.get("layout") instanceof Value.Int(long layout)) || layout != STRIDED) {
      return new TensorValue(
          new TensorValue.Other("a tensor without strides", shape, dtype, List.of()));
    }
    Storage storage = storage(payload, dtype, at);
    if (storage.byteSize() == 0 && hasElements(shape)) {
      // A tensor of FakeTensorMode; PyTorch loads it as zeros.
      return new TensorValue(
          new TensorValue.Other("a fake tensor, which has no data", shape, dtype, List.of()));
    }
    Shape strides = sizes(meta.get("strides"), at);
    Long offset = integer(meta.get("storage_offset"));
    if (strides.rank() != shape.rank() || offset == null) {
      throw new MalformedException(at, "the configuration has no strides or no offset");
    }
    TensorView view = new TensorView(storage, dtype, offset, shape, strides);
    if (offset < 0 || Views.hasNegative(shape) || Views.hasNegative(strides) || !Views.fits(view)) {
      throw new MalformedException(
          at,
          "its shape "
              + shape
              + " does not fit the "
              + storage.byteSize()
              + " bytes of the record "
              + folder
              + storage.key());
    }
    return new TensorValue(new TensorValue.Strided(view));
  }

  private static boolean hasElements(Shape shape) {
    return Arrays.stream(shape.toArray()).noneMatch(size -> size == 0);
  }

  private Storage storage(DictValue payload, DType dtype, Place at) throws CheckpointException {
    String key = path(payload, at);
    Storage known = storages.get(key);
    if (known != null) {
      if (known.dtype() != dtype) {
        throw new RefusedException(
            at,
            "the record "
                + folder
                + key
                + " is "
                + known.dtype().torchName()
                + " for one tensor and "
                + dtype.torchName()
                + " for another, which PyTorch itself reads as the first",
            new Remedy.Advice("save the program's state_dict with torch.save"));
      }
      return known;
    }
    ZipEntry entry = archive.record(folder + key).orElse(null);
    if (entry == null) {
      throw new MalformedException(at, "the archive has no record " + folder + key);
    }
    Storage storage = new Storage(key, device(payload), dtype, entry.bytes().size());
    storage.locate(entry.bytes(), order);
    storages.put(key, storage);
    return storage;
  }

  /** The name of the record of a tensor or object. */
  static String path(DictValue payload, Place at) throws MalformedException {
    if (payload.get("path_name") instanceof Value.Text path) {
      return path.value();
    }
    throw new MalformedException(at, "the configuration names no record");
  }

  private static String device(DictValue payload) {
    return payload.get("tensor_meta") instanceof DictValue meta
            && meta.get("device") instanceof DictValue device
            && device.get("type") instanceof Value.Text type
        ? type.value()
        : "cpu";
  }

  private static Shape sizes(@Nullable Value value, Place at) throws MalformedException {
    if (!(value instanceof ListValue list) || list.items().size() > Views.MAX_RANK) {
      throw new MalformedException(at, "the configuration has no sizes or strides");
    }
    List<Value> items = list.items();
    long[] sizes = new long[items.size()];
    for (int i = 0; i < sizes.length; i++) {
      Long size = integer(items.get(i));
      if (size == null) {
        throw new MalformedException(
            at, "the configuration has " + ValueDescription.of(items.get(i)) + " for a size");
      }
      sizes[i] = size;
    }
    return Shape.of(sizes);
  }

  /** The number in a {@code SymInt}; those of saved tensors are numbers. */
  private static @Nullable Long integer(@Nullable Value value) {
    return value instanceof DictValue union && union.get("as_int") instanceof Value.Int(long number)
        ? Long.valueOf(number)
        : null;
  }
}
