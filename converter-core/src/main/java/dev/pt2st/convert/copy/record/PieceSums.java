package dev.pt2st.convert.copy.record;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.PieceTable.Pieces;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The CRC-32 of the records of a tensor's pieces, if each has its own record. Each takes one
 * number, as there may be a million.
 */
public final class PieceSums {
  private final String name;
  private final Pieces pieces;
  private final AtomicIntegerArray sums;

  /**
   * @param name of the tensor
   */
  PieceSums(String name, Pieces pieces) {
    this.name = name;
    this.pieces = pieces;
    this.sums = new AtomicIntegerArray(pieces.size());
  }

  /** The CRC-32 of one piece. */
  private record Sum(PieceSums all, int index, long size) implements RecordSum {
    @Override
    public void add(int crc, long bytesAfter) {
      int share = Crc32Sum.share(crc, bytesAfter);
      all.sums.accumulateAndGet(index, share, (one, other) -> one ^ other);
    }
  }

  public int size() {
    return pieces.size();
  }

  /** Whether a piece has a CRC-32 to be compared. */
  public boolean isChecked(int index) {
    return pieces.crc32(index) != 0;
  }

  /** Whether reading a piece reads its whole record, from the first byte to the last. */
  public boolean isCovered(int index) {
    TensorView view = pieces.sample(index);
    return view.isContiguous() && view.offset() == 0 && view.byteSize() == recordSize(view);
  }

  private static long recordSize(TensorView view) {
    return Objects.requireNonNull(view.storage().source()).size();
  }

  public RecordSum of(int index) {
    return new Sum(this, index, recordSize(pieces.sample(index)));
  }

  /** The bytes of a piece's record. */
  public StorageSource source(int index) {
    return new StorageSource(record(index), null);
  }

  private ByteSource.Stored record(int index) {
    return (ByteSource.Stored) Objects.requireNonNull(pieces.get(index).view().storage().source());
  }

  /** Compares all CRC-32s with the recorded ones, when all have been added. */
  public void compare() throws MalformedException {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.crc32(i) != 0 && pieces.crc32(i) != sums.get(i)) {
        ByteSource.Stored record = record(i);
        RecordBytes.checkCrc(
            record,
            sums.get(i),
            () ->
                Place.of(record.file().name())
                    .inEntry(record.name())
                    .at(record.offset())
                    .ofTensor(name));
      }
    }
  }
}
