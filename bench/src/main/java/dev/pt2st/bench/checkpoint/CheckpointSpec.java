package dev.pt2st.bench.checkpoint;

/**
 * What a generated checkpoint holds. The same spec gives the same tensors.
 *
 * @param bytes of all tensors; strided ones round it down to whole rows or channels
 * @param tensors how many there are, each with a storage of its own
 * @param type of all elements
 * @param layout of the file
 * @param strides of all tensors
 * @param seed of the numbers
 */
public record CheckpointSpec(
    long bytes, int tensors, ElementType type, FileLayout layout, Strides strides, long seed) {

  public CheckpointSpec {
    if (tensors < 1) {
      throw new IllegalArgumentException("a checkpoint of " + tensors + " tensors: at least 1");
    }
    if (bytes / type.bytes() < tensors) {
      throw new IllegalArgumentException(
          bytes + " bytes are too few for an element in each of " + tensors + " tensors");
    }
    // All tensors differ by an element at most, and the last are the smallest: says early if one is
    // too small.
    strides.geometry(bytes / type.bytes() / tensors);
  }

  /** As {@code torch.save} writes it now: a ZIP of contiguous tensors. */
  public static CheckpointSpec ordinary(long bytes, int tensors, ElementType type) {
    return new CheckpointSpec(bytes, tensors, type, FileLayout.ZIP, Strides.CONTIGUOUS, 1);
  }

  /** Shape and strides of a tensor. */
  Strides.Geometry geometry(int tensor) {
    long elements = bytes / type.bytes();
    return strides.geometry(elements / tensors + (tensor < elements % tensors ? 1 : 0));
  }

  /** The key of a tensor in the state dict. */
  String name(int tensor) {
    return "layers." + tensor + ".weight";
  }

  /** The numbers in a tensor's storage. */
  Weights weights(int tensor) {
    return new Weights(seed, tensor, type);
  }

  /** The size of a tensor's storage. */
  long storageBytes(int tensor) {
    return geometry(tensor).elements() * type.bytes();
  }
}
