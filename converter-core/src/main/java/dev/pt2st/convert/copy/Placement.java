package dev.pt2st.convert.copy;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.torch.value.SparseContent;

/**
 * Where in the full tensor the values of a sparse one stand. Each entry of its values is a number
 * of runs of elements that lie side by side in the full tensor, one run {@link #runStride} elements
 * behind the one before.
 */
interface Placement {
  /** How many entries there are. */
  long entries();

  /** Runs of an entry: the rows of a block, else one. */
  long runs();

  /** Elements of a run. */
  long runLength();

  /** Elements of the full tensor from the start of a run to that of the next. */
  long runStride();

  /** Elements of an entry. */
  default long entryLength() {
    return runs() * runLength();
  }

  /**
   * Checks what can be checked without looking at each entry.
   *
   * @throws MalformedException if indices contradict each other
   */
  void check() throws MalformedException;

  /** Goes through the entries from one on. */
  Cursor from(long entry);

  /** The entries one after the other. For one thread. */
  interface Cursor {
    /**
     * The next entries.
     *
     * @param starts takes the first element of each in the full tensor
     * @param count how many, {@link NumberReader#MOST} at most
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

  /** Complains about an index that lies outside. */
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
