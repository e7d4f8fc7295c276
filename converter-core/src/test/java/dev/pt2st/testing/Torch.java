package dev.pt2st.testing;

import dev.pt2st.testing.Py.Call;
import dev.pt2st.testing.Py.Persistent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes checkpoints as {@code torch.save} does: a ZIP with a pickle and its storages. */
public final class Torch {
  private final Map<String, byte[]> storages = new LinkedHashMap<>();
  private @Nullable String byteOrder;

  /** The ZIP of a value, with the storages made before. */
  public byte[] zip(@Nullable Object top) {
    return zipOf(top).build();
  }

  public ZipBuilder zipOf(@Nullable Object top) {
    ZipBuilder zip = new ZipBuilder().stored("archive/data.pkl", Py.pickle(top));
    if (byteOrder != null) {
      zip.stored("archive/byteorder", byteOrder.getBytes(StandardCharsets.UTF_8));
    }
    storages.forEach((key, bytes) -> zip.stored("archive/data/" + key, bytes));
    return zip;
  }

  public Torch byteOrder(String order) {
    this.byteOrder = order;
    return this;
  }

  /** A storage of a typed class with these bytes; its record is written with the ZIP. */
  public Persistent storage(String type, byte[] bytes, int elements) {
    String key = String.valueOf(storages.size());
    storages.put(key, bytes);
    return id(type, key, elements);
  }

  /** The id of a storage, without a record. */
  public static Persistent id(String type, String key, int elements) {
    return new Persistent(Py.tuple("storage", Py.global("torch." + type), key, "cpu", elements));
  }

  public Persistent floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return storage("FloatStorage", bytes.array(), values.length);
  }

  public Persistent bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return storage("ByteStorage", bytes, values.length);
  }

  public Persistent longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return storage("LongStorage", bytes.array(), values.length);
  }

  public Persistent doubles(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Double.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return storage("DoubleStorage", bytes.array(), values.length);
  }

  /** A tensor of integers of some sizes, row-major, with a storage of its own. */
  public Call longTensor(Py.Tuple sizes, long... values) {
    return view(longs(values), 0, sizes, strides(sizes));
  }

  /** A tensor of float32 of some sizes, row-major, with a storage of its own. */
  public Call floatTensor(Py.Tuple sizes, float... values) {
    return view(floats(values), 0, sizes, strides(sizes));
  }

  /** The strides of a row-major tensor without holes. */
  public static Py.Tuple strides(Py.Tuple sizes) {
    Object[] strides = new Object[sizes.items().size()];
    int step = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, (Integer) Objects.requireNonNull(sizes.items().get(i)));
    }
    return Py.tuple(strides);
  }

  /** A quantized tensor ({@code _rebuild_qtensor}). */
  public static Call quantized(Object storage, Object sizes, Object strides, Object quantizer) {
    return Py.call(
        "torch._utils._rebuild_qtensor",
        storage,
        0,
        sizes,
        strides,
        quantizer,
        false,
        Py.call("collections.OrderedDict"));
  }

  /** A sparse tensor of a layout such as {@code coo} ({@code _rebuild_sparse_tensor}). */
  public static Call sparse(String layout, Object... data) {
    return Py.call(
        "torch._utils._rebuild_sparse_tensor",
        Py.call("torch.serialization._get_layout", "torch.sparse_" + layout),
        Py.tuple(data));
  }

  /** A tensor of one dimension with a storage of its own. */
  public Call tensor(float... values) {
    return view(floats(values), 0, Py.tuple(values.length), Py.tuple(1));
  }

  /** A tensor of bytes with a storage of its own. */
  public Call byteTensor(int... values) {
    return view(bytes(values), 0, Py.tuple(values.length), Py.tuple(1));
  }

  /** A view of a storage ({@code _rebuild_tensor_v2}). */
  public static Call view(Object storage, Object offset, Object size, Object stride) {
    return Py.call(
        "torch._utils._rebuild_tensor_v2",
        storage,
        offset,
        size,
        stride,
        false,
        Py.call("collections.OrderedDict"));
  }

  /** A module of a class with parameters, buffers and modules below it. */
  public static Py.Built module(
      String type, Object parameters, Object buffers, Object modules, Py.Set transientBuffers) {
    return Py.object(
        type,
        Py.dict(
            "training",
            true,
            "_parameters",
            parameters,
            "_buffers",
            buffers,
            "_non_persistent_buffers_set",
            transientBuffers,
            "_modules",
            modules));
  }
}
