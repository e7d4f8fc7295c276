package dev.pt2st.torch.value;

import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent.Piece;
import java.util.AbstractList;
import java.util.List;
import java.util.OptionalInt;
import java.util.RandomAccess;

/**
 * Pieces of tensors as numbers: a checkpoint may be in a million of them. A piece is made of its
 * row whenever it is asked for, and is another object each time; so is its storage.
 *
 * <p>Each piece has a record of its own in a file, which no other uses. Others are kept as they
 * are.
 */
public final class PieceTable {
  private final List<MappedFile> files;
  private final int[] file;
  private final long[] start;
  private final int[] crc;
  private final Layout[] layouts;
  private final Shape[] offsets;

  /**
   * What pieces have in common.
   *
   * @param view of one of them
   * @param hasOwnRecord whether each of them lies in a record of a file, as this view does; if not,
   *     there is but this one, and it is this very view
   */
  public record Layout(TensorView view, boolean hasOwnRecord) {}

  /**
   * Makes a table. The arrays are not copied, and are not changed any more.
   *
   * @param files in which records lie
   * @param file of each piece the number of its file
   * @param start of each piece the first byte of its record in the file
   * @param crc of each piece the CRC-32 of its record, or 0 if there is none
   * @param layouts of each piece
   * @param offsets of each piece in its tensor
   */
  public PieceTable(
      List<MappedFile> files,
      int[] file,
      long[] start,
      int[] crc,
      Layout[] layouts,
      Shape[] offsets) {
    this.files = List.copyOf(files);
    this.file = file;
    this.start = start;
    this.crc = crc;
    this.layouts = layouts;
    this.offsets = offsets;
  }

  /** Some pieces, one behind the other in the table. */
  public Pieces pieces(int from, int to) {
    return new Pieces(this, from, to);
  }

  private Piece piece(int index) {
    return new Piece(view(index), offsets[index]);
  }

  private TensorView view(int index) {
    Layout layout = layouts[index];
    TensorView view = layout.view;
    if (!layout.hasOwnRecord) {
      return view;
    }
    Storage known = view.storage();
    Storage storage = new Storage(known.key(), known.location(), known.dtype(), known.byteSize());
    storage.locate(record(index), known.order());
    return new TensorView(
        storage,
        view.dtype(),
        view.offset(),
        view.shape(),
        view.strides(),
        view.conjugated(),
        view.negated());
  }

  private ByteSource.Stored record(int index) {
    ByteSource known = layouts[index].view.storage().source();
    if (known == null) {
      throw new IllegalStateException("a layout without a record");
    }
    return new ByteSource.Stored(
        known.name(),
        files.get(file[index]),
        start[index],
        known.size(),
        crc[index] == 0 ? OptionalInt.empty() : OptionalInt.of(crc[index]));
  }

  /** The pieces of a tensor, in the order of their first elements. */
  public static final class Pieces extends AbstractList<Piece> implements RandomAccess {
    private final PieceTable table;
    private final int from;
    private final int to;

    private Pieces(PieceTable table, int from, int to) {
      this.table = table;
      this.from = from;
      this.to = to;
    }

    @Override
    public Piece get(int index) {
      return table.piece(from + checked(index));
    }

    private int checked(int index) {
      if (index < 0 || index >= to - from) {
        throw new IndexOutOfBoundsException(index);
      }
      return index;
    }

    @Override
    public int size() {
      return to - from;
    }

    /** Whether a piece has a record in a file that no other piece uses. */
    public boolean hasOwnRecord(int index) {
      return table.layouts[from + checked(index)].hasOwnRecord;
    }

    /** How a piece lies in its record: a view of this or of another record like it. */
    public TensorView sample(int index) {
      return table.layouts[from + checked(index)].view;
    }

    /** The CRC-32 that the record of a piece must have; 0 if none was recorded. */
    public int crc32(int index) {
      return hasOwnRecord(index) ? table.crc[from + index] : 0;
    }
  }
}
