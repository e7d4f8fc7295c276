package dev.pt2st.convert.copy;

import dev.pt2st.convert.copy.record.StorageSource;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements of a tensor in row-major order, from any position. Not thread-safe.
 *
 * <p>Elements of 16 bytes are read through {@link TensorView#asReal()}.
 */
final class ElementReader {
  private final TensorView view;
  private final MemorySegment source;
  private final int elementSize;
  private final long[] size;
  private final long[] stride;
  private @Nullable Gather gather;

  ElementReader(TensorView view, StorageSource source) {
    this.view = view;
    this.source = source.bytes();
    this.elementSize = view.dtype().byteSize();
    List<long[]> dimensions = StridedBlocks.merged(view);
    this.size = dimensions.stream().mapToLong(dimension -> dimension[0]).toArray();
    this.stride = dimensions.stream().mapToLong(dimension -> dimension[1]).toArray();
  }

  /**
   * Whether the elements are stored as they are written, so that callers can use the source
   * directly: element n is at {@link #directOffset}{@code (n)}.
   */
  boolean isDirect() {
    return view.isContiguous() && !DirectCopy.isTransformed(view);
  }

  /** The byte offset of an element in the source, if {@link #isDirect()}. */
  long directOffset(long element) {
    return (view.offset() + element) * elementSize;
  }

  /**
   * Reads elements.
   *
   * @param from the first element; even if every second element is an imaginary part
   * @param target receives as many as fit
   */
  void read(long from, MemorySegment target) {
    long count = target.byteSize() / elementSize;
    int last = size.length - 1;
    long done = 0;
    while (done < count) {
      long element = from + done;
      long inner = element % size[last];
      long run = Math.min(size[last] - inner, count - done);
      long first = view.offset() + inner * stride[last];
      long rest = element / size[last];
      for (int i = last - 1; i >= 0; i--) {
        first += rest % size[i] * stride[i];
        rest /= size[i];
      }
      MemorySegment part = target.asSlice(done * elementSize, run * elementSize);
      if (stride[last] == 1) {
        MemorySegment.copy(source, first * elementSize, part, 0, part.byteSize());
      } else {
        gather(first, run, stride[last], part);
      }
      done += run;
    }
    DirectCopy.transform(target, view);
  }

  private void gather(long first, long count, long step, MemorySegment target) {
    Gather made = gather;
    if (made == null) {
      made = new Gather(elementSize);
      gather = made;
    }
    made.gather(
        source,
        target,
        new StridedBlocks.Block(0, count, first, new long[] {count}, new long[] {step}, 0));
  }
}
