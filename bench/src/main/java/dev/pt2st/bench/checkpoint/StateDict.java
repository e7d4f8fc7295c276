package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.Pickler.Opcode;
import java.util.function.IntFunction;

/** The pickle that names the tensors of a checkpoint, as {@code torch.save} writes it. */
final class StateDict {
  private final CheckpointSpec spec;
  private final FileLayout layout;
  private final IntFunction<String> storageKey;
  private final Pickler pickler = new Pickler();

  private int orderedDict;
  private int rebuildTensor;
  private int storage;
  private int storageClass;
  private int location;

  private StateDict(CheckpointSpec spec, FileLayout layout, IntFunction<String> storageKey) {
    this.spec = spec;
    this.layout = layout;
    this.storageKey = storageKey;
  }

  /**
   * The whole pickle; grows with the number of tensors and not with their size.
   *
   * @param layout which decides how a storage is named
   * @param storageKey names the storage of this tensor
   */
  static byte[] pickle(CheckpointSpec spec, FileLayout layout, IntFunction<String> storageKey) {
    return new StateDict(spec, layout, storageKey).pickle();
  }

  private byte[] pickle() {
    orderedDict = pickler.global("collections", "OrderedDict");
    newOrderedDict();
    pickler.items(
        spec.tensors(),
        tensor -> {
          pickler.text(spec.name(tensor));
          tensor(tensor);
        });
    return pickler.end();
  }

  private void newOrderedDict() {
    pickler.op(Opcode.EMPTY_TUPLE);
    pickler.op(Opcode.REDUCE);
    pickler.memoize();
  }

  private void tensor(int tensor) {
    if (tensor == 0) {
      rebuildTensor = pickler.global("torch._utils", "_rebuild_tensor_v2");
    } else {
      pickler.get(rebuildTensor);
    }
    Strides.Geometry geometry = spec.geometry(tensor);
    pickler.op(Opcode.MARK);
    storage(tensor, geometry.elements());
    pickler.number(0); // the offset in the storage
    pickler.tuple(geometry.shape());
    pickler.tuple(geometry.stride());
    pickler.op(Opcode.FALSE); // requires_grad
    pickler.get(orderedDict); // the backward hooks, of which there are none
    newOrderedDict();
    pickler.op(Opcode.TUPLE);
    pickler.memoize();
    pickler.op(Opcode.REDUCE);
    pickler.memoize();
  }

  private void storage(int tensor, long elements) {
    pickler.op(Opcode.MARK);
    if (tensor == 0) {
      storage = pickler.text("storage");
      storageClass = pickler.global("torch", spec.type().storageClass());
      pickler.text(storageKey.apply(tensor));
      location = pickler.text("cpu");
    } else {
      pickler.get(storage);
      pickler.get(storageClass);
      pickler.text(storageKey.apply(tensor));
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
