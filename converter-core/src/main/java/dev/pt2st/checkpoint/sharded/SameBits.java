package dev.pt2st.checkpoint.sharded;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Compares copies of a tensor that several ranks have saved, bit by bit. */
final class SameBits {
  private SameBits() {}

  /**
   * Whether two tensors have the same elements.
   *
   * @return false also if this cannot be decided, because their bytes are compressed or laid out
   *     differently
   */
  static boolean in(TensorView one, TensorView other) {
    if (one.dtype() != other.dtype()
        || !one.shape().equals(other.shape())
        || one.conjugated() != other.conjugated()
        || one.negated() != other.negated()
        || one.storage().order() != other.storage().order()) {
      return false;
    }
    MemorySegment first = bytes(one.storage()).orElse(null);
    MemorySegment second = bytes(other.storage()).orElse(null);
    if (first == null || second == null) {
      return false;
    }
    int size = one.dtype().byteSize();
    if (one.isContiguous() && other.isContiguous()) {
      long length = one.byteSize();
      return first
              .asSlice(one.offset() * size, length)
              .mismatch(second.asSlice(other.offset() * size, length))
          < 0;
    }
    long count = one.elementCount();
    for (long i = 0; i < count; i++) {
      if (first
              .asSlice(place(one, i) * size, size)
              .mismatch(second.asSlice(place(other, i) * size, size))
          >= 0) {
        return false;
      }
    }
    return true;
  }

  /** The position of an element in its storage, in elements. */
  private static long place(TensorView view, long element) {
    long at = view.offset();
    long rest = element;
    for (int i = view.shape().rank() - 1; i >= 0; i--) {
      at += rest % view.shape().get(i) * view.strides().get(i);
      rest /= view.shape().get(i);
    }
    return at;
  }

  private static Optional<MemorySegment> bytes(Storage storage) {
    return switch (storage.source()) {
      case ByteSource.Stored stored -> Optional.of(stored.segment());
      case ByteSource.InMemory memory -> Optional.of(memory.segment());
      case ByteSource.Deflated deflated -> Optional.empty();
      case ByteSource.Produced produced -> Optional.empty();
      case null -> Optional.empty();
    };
  }
}
