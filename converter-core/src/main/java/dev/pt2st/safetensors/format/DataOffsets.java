package dev.pt2st.safetensors.format;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.safetensors.format.HeaderReader.Entry;
import dev.pt2st.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The rules for the data offsets ({@code validate} in the crate's {@code tensor.rs}). The tensors
 * follow each other without gaps from the first byte of the data to the last, and each has the
 * length that its shape and dtype give.
 */
final class DataOffsets {
  private static final int MOST_SHOWN = 16;

  private final long dataBytes;
  private final Place place;

  private DataOffsets(long dataBytes, Place place) {
    this.dataBytes = dataBytes;
    this.place = place;
  }

  /**
   * Checks the tensors of a header.
   *
   * @param entries in the order of the header
   * @param dataBytes the number of bytes after the header
   * @return the tensors in the order of their data
   */
  static List<TensorInfo> check(List<Entry> entries, long dataBytes, Place place)
      throws MalformedException {
    return new DataOffsets(dataBytes, place).check(entries);
  }

  private List<TensorInfo> check(List<Entry> entries) throws MalformedException {
    List<Entry> sorted = new ArrayList<>(entries);
    // Tensors without bytes may share an offset; a stable sort keeps them in the order of the
    // header.
    sorted.sort(
        Comparator.<Entry>comparingLong(entry -> entry.info().begin())
            .thenComparingLong(entry -> entry.info().end()));
    List<TensorInfo> tensors = new ArrayList<>(sorted.size());
    long end = 0;
    for (Entry entry : sorted) {
      checkPlace(entry, end, tensors);
      checkSize(entry);
      end = entry.info().end();
      tensors.add(entry.info());
    }
    if (end != dataBytes) {
      throw new MalformedException(
          place, "after the data of its tensors the file goes on for " + bytes(dataBytes - end));
    }
    return tensors;
  }

  private void checkPlace(Entry entry, long expected, List<TensorInfo> before)
      throws MalformedException {
    TensorInfo info = entry.info();
    if (info.end() < info.begin()) {
      throw malformed(
          entry, "its data end at byte " + info.end() + " before they begin at " + info.begin());
    }
    if (info.end() > dataBytes) {
      throw malformed(
          entry,
          "its data run to byte " + info.end() + " of the data where the file has " + dataBytes);
    }
    if (info.begin() < expected) {
      throw malformed(
          entry,
          "its data begin at byte "
              + info.begin()
              + " and overlap those of \""
              + before.getLast().name()
              + "\", which end at "
              + expected);
    }
    if (info.begin() > expected) {
      throw malformed(
          entry,
          "its data begin at byte "
              + info.begin()
              + " and leave a hole of "
              + bytes(info.begin() - expected)
              + " before them");
    }
  }

  private void checkSize(Entry entry) throws MalformedException {
    TensorInfo info = entry.info();
    long elements = 1;
    boolean overflow = false;
    for (int i = 0; i < info.shape().rank(); i++) {
      long size = info.shape().get(i);
      overflow |= Math.unsignedMultiplyHigh(elements, size) != 0;
      elements *= size;
    }
    long bits = elements * info.dtype().bitSize();
    overflow |= Math.unsignedMultiplyHigh(elements, info.dtype().bitSize()) != 0;
    if (overflow) {
      throw malformed(entry, "the number of its bits overflows: its shape is " + shapeOf(info));
    }
    if (bits % Byte.SIZE != 0) {
      throw malformed(
          entry,
          "its elements of "
              + info.dtype().bitSize()
              + " bits do not fill whole bytes: its shape is "
              + shapeOf(info));
    }
    long bytes = bits >>> 3;
    if (bytes != info.end() - info.begin()) {
      throw malformed(
          entry,
          "its data_offsets span "
              + bytes(info.end() - info.begin())
              + " where the shape "
              + shapeOf(info)
              + " of "
              + info.dtype().safetensorsName()
              + " takes "
              + bytes);
    }
  }

  private static String bytes(long count) {
    return count + (count == 1 ? " byte" : " bytes");
  }

  /** The shape for messages, cut off, since a hostile header may have millions of dimensions. */
  private static String shapeOf(TensorInfo info) {
    int rank = info.shape().rank();
    return rank <= MOST_SHOWN ? info.shape().toString() : "of " + rank + " dimensions";
  }

  private MalformedException malformed(Entry entry, String problem) {
    return new MalformedException(place.at(entry.at()).ofTensor(entry.info().name()), problem);
  }
}
