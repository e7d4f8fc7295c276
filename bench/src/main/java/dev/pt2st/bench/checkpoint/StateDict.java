package dev.pt2st.bench.checkpoint;

import java.util.function.IntFunction;

/** The pickle that names the tensors of a checkpoint, as {@code torch.save} writes it. */
final class StateDict {
  private final CheckpointSpec spec;
  private final IntFunction<String> storageKey;
  private final Pickler pickler = new Pickler();
  private final TensorPickler tensors;

  private StateDict(CheckpointSpec spec, FileLayout layout, IntFunction<String> storageKey) {
    this.spec = spec;
    this.storageKey = storageKey;
    this.tensors = new TensorPickler(pickler, layout);
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
    tensors.orderedDict();
    pickler.items(
        spec.tensors(),
        tensor -> {
          pickler.text(spec.name(tensor));
          tensors.tensor(storageKey.apply(tensor), spec.type(), spec.geometry(tensor));
        });
    return pickler.end();
  }
}
