package dev.pt2st.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A distributed checkpoint made for a test: float32 tensors, each element of which is its number
 * counted row by row, cut in pieces.
 */
public final class DcpFolder {
  private static final String METADATA = "torch.distributed.checkpoint.metadata.";

  /** How {@code .metadata} names the dtype and the layout of a tensor. */
  public Object properties =
      new Py.Built(
          Py.instance(METADATA + "TensorProperties"),
          Py.tuple(
              Py.global("torch.float32"),
              Py.call("torch.serialization._get_layout", "torch.strided"),
              false,
              Py.call(METADATA + "_MEM_FORMAT_ENCODING", 0),
              false));

  /** What {@code .metadata} calls the file of the items. */
  public String file = "__0_0.distcp";

  /** What else is said of each item. */
  public Map<Object, @Nullable Object> info = Map.of();

  /** The paths of the names; none if it is null. */
  public @Nullable Object planner;

  private final Map<Object, @Nullable Object> state = new LinkedHashMap<>();
  private final Map<Object, @Nullable Object> items = new LinkedHashMap<>();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  /** A box: offsets, then sizes. */
  public static int[][] box(int[] offsets, int... sizes) {
    return new int[][] {offsets, sizes};
  }

  /** Adds a tensor with its pieces, each of which has an item. */
  public DcpFolder tensor(String name, int[] shape, int[][]... boxes) {
    for (int[][] box : boxes) {
      item(name, box[0], elements(shape, box[0], box[1]), box[1]);
    }
    return declared(name, shape, boxes);
  }

  /** Adds a tensor whose pieces are nowhere. */
  public DcpFolder declared(String name, int[] shape, int[][]... boxes) {
    List<@Nullable Object> chunks = new ArrayList<>();
    for (int[][] box : boxes) {
      chunks.add(
          Py.object(
              METADATA + "ChunkStorageMetadata",
              Py.dict("offsets", size(box[0]), "sizes", size(box[1]))));
    }
    state.put(
        name,
        Py.object(
            METADATA + "TensorStorageMetadata",
            Py.dict("properties", properties, "size", size(shape), "chunks", chunks)));
    return this;
  }

  /** Adds something that is not a tensor, or a value with some. */
  public DcpFolder value(String name, byte[] saved) {
    state.put(name, Py.object(METADATA + "BytesStorageMetadata", Py.dict()));
    add(Py.dict("fqn", name), saved);
    return this;
  }

  private void item(String name, int[] offsets, float[] values, int[] sizes) {
    Torch torch = new Torch();
    item(name, offsets, torch.zip(torch.floatTensor(tuple(sizes), values)));
  }

  /** Adds an item as it is, of a tensor that is declared. */
  public DcpFolder item(String name, int[] offsets, byte[] saved) {
    add(Py.dict("fqn", name, "index", 0, "offset", size(offsets)), saved);
    return this;
  }

  private void add(Map<Object, @Nullable Object> index, byte[] saved) {
    Map<Object, @Nullable Object> place =
        Py.dict("relative_path", file, "offset", content.size(), "length", saved.length);
    place.putAll(info);
    items.put(
        Py.object(METADATA + "MetadataIndex", index),
        Py.object("torch.distributed.checkpoint.filesystem._StorageInfo", place));
    content.writeBytes(saved);
  }

  /** The elements of a box. */
  public static float[] elements(int[] shape, int[] offsets, int[] sizes) {
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      long number = 0;
      int rest = i;
      long step = 1;
      for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
        number += step * (offsets[dimension] + rest % sizes[dimension]);
        rest /= sizes[dimension];
        step *= shape[dimension];
      }
      values[i] = (float) number;
    }
    return values;
  }

  private static Object size(int[] numbers) {
    return Py.call("torch.Size", tuple(numbers));
  }

  private static Py.Tuple tuple(int[] numbers) {
    Object[] items = new Object[numbers.length];
    for (int i = 0; i < items.length; i++) {
      items[i] = numbers[i];
    }
    return Py.tuple(items);
  }

  /** Writes the folder. */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(
        folder.resolve(".metadata"),
        Py.pickle(
            Py.object(
                METADATA + "Metadata",
                Py.dict(
                    "state_dict_metadata",
                    state,
                    "planner_data",
                    planner,
                    "storage_data",
                    items))));
    Files.write(folder.resolve("__0_0.distcp"), content.toByteArray());
    return folder;
  }
}
