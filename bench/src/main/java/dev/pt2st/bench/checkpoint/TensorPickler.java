package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.Pickler.Opcode;
import java.util.EnumMap;
import java.util.Map;

/** Writes tensors into a pickle as {@code torch.save} does. */
final class TensorPickler {
  private static final int NONE = -1;

  private final Pickler pickler;
  private final FileLayout layout;
  private final Map<ElementType, Integer> storageClasses = new EnumMap<>(ElementType.class);
  private int orderedDict = NONE;
  private int rebuildTensor = NONE;
  private int storage = NONE;
  private int location = NONE;

  /**
   * @param layout which decides how a storage is named
   */
  TensorPickler(Pickler pickler, FileLayout layout) {
    this.pickler = pickler;
    this.layout = layout;
  }

  /** A new {@code OrderedDict}, empty and memoized. */
  void orderedDict() {
    if (orderedDict == NONE) {
      orderedDict = pickler.global("collections", "OrderedDict");
    } else {
      pickler.get(orderedDict);
    }
    pickler.op(Opcode.EMPTY_TUPLE);
    pickler.op(Opcode.REDUCE);
    pickler.memoize();
  }

  /**
   * A tensor that has a storage of its own.
   *
   * @param key names the storage
   */
  void tensor(String key, ElementType type, Strides.Geometry geometry) {
    if (rebuildTensor == NONE) {
      rebuildTensor = pickler.global("torch._utils", "_rebuild_tensor_v2");
    } else {
      pickler.get(rebuildTensor);
    }
    pickler.op(Opcode.MARK);
    storage(key, type, geometry.elements());
    pickler.number(0); // the offset in the storage
    pickler.tuple(geometry.shape());
    pickler.tuple(geometry.stride());
    pickler.op(Opcode.FALSE); // requires_grad
    orderedDict(); // the backward hooks, of which there are none
    pickler.op(Opcode.TUPLE);
    pickler.memoize();
    pickler.op(Opcode.REDUCE);
    pickler.memoize();
  }

  private void storage(String key, ElementType type, long elements) {
    pickler.op(Opcode.MARK);
    if (storage == NONE) {
      storage = pickler.text("storage");
    } else {
      pickler.get(storage);
    }
    Integer storageClass = storageClasses.get(type);
    if (storageClass == null) {
      storageClasses.put(type, pickler.global("torch", type.storageClass()));
    } else {
      pickler.get(storageClass);
    }
    pickler.text(key);
    if (location == NONE) {
      location = pickler.text("cpu");
    } else {
      pickler.get(location);
    }
    pickler.number(elements);
    switch (layout) {
      case ZIP -> {}
      case LEGACY -> pickler.op(Opcode.NONE); // a view of another storage, which this is not
    }
    pickler.op(Opcode.TUPLE);
    pickler.memoize();
    pickler.op(Opcode.PERSISTENT_ID);
  }
}
