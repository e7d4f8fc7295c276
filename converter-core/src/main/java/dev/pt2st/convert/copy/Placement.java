package dev.pt2st.convert.copy;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.torch.value.SparseContent;

/**
 * The positions of a sparse tensor's values in the dense tensor. Each entry of the values consists
 * of one or more runs of elements that are contiguous in the dense tensor; each run begins {@link
 * #runStride} elements after the one before.
 */
interface Placement {
  /** The number of entries. */
  long entries();

  /** The number of runs of an entry: the rows of a block, else one. */
  long runs();

  /** The number of elements in a run. */
  long runLength();

  /** The distance from the start of a run to that of the next in the dense tensor, in elements. */
  long runStride();

  /** The number of elements in an entry. */
  default long entryLength() {
    return runs() * runLength();
  }

  /**
   * Checks what can be checked without looking at each entry.
   *
   * @throws MalformedException if indices contradict each other
   */
  void check() throws MalformedException;

  /** Iterates over the entries, from one on. */
  Cursor from(long entry);

  /** Iterates over entries. Not thread-safe. */
  interface Cursor {
    /**
     * Reads the next entries.
     *
     * @param starts receives the first element of each in the dense tensor
     * @param count how many, at most {@link NumberReader#MOST}
     * @throws MalformedException if an index lies outside of the tensor
     */
    void next(long[] starts, int count) throws MalformedException;
  }

  /**
   * The placement of a tensor whose sizes agree.
   *
   * @param place names the tensor in messages
   */
  static Placement of(SparseContent tensor, StorageSources sources, Place place) {
    return switch (tensor) {
      case SparseContent.Coordinates coordinates ->
          new CoordinatePlacement(coordinates, sources, place);
      case SparseContent.Compressed compressed ->
          new CompressedPlacement(compressed, sources, place);
    };
  }

  /** Throws if an index is outside of its dimension. */
  static void checkIndex(long index, long size, String name, long entry, Place place)
      throws MalformedException {
    if (index < 0 || index >= size) {
      throw new MalformedException(
          place,
          "the index "
              + index
              + " of "
              + name
              + " for its value "
              + entry
              + " lies outside of a size of "
              + size);
    }
  }
}
