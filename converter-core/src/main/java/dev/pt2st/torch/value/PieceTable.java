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
 * Pieces of tensors, stored as arrays of numbers, since a checkpoint may have a million of them. A
 * piece and its storage are created from a row on demand, as new objects each time.
 *
 * <p>Such a piece has a file record that no other piece uses. Any other piece is kept as an object.
 */
public final class PieceTable {
  private final List<MappedFile> files;
  private final int[] file;
  private final long[] start;
  private final int[] crc;
  private final Layout[] layouts;
  private final Shape[] offsets;

  /**
   * What the pieces of one layout have in common.
   *
   * @param view the view of one of them
   * @param hasOwnRecord whether each of them is in a file record of its own, as this view is; if
   *     not, this view is the only piece of the layout
   */
  public record Layout(TensorView view, boolean hasOwnRecord) {}

  /**
   * Makes a table. The arrays are not copied, so the caller must not change them.
   *
   * @param files the files that contain the records
   * @param file for each piece, the number of its file
   * @param start for each piece, the offset of its record in the file
   * @param crc for each piece, the CRC-32 of its record, or 0 if there is none
   * @param layouts for each piece, its layout
   * @param offsets for each piece, its offsets in its tensor
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

  /** A range of pieces in the table. */
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

    /** Whether a piece has a file record that no other piece uses. */
    public boolean hasOwnRecord(int index) {
      return table.layouts[from + checked(index)].hasOwnRecord;
    }

    /**
     * A view that shows the layout of a piece in its record; it may be of another record of the
     * same layout.
     */
    public TensorView sample(int index) {
      return table.layouts[from + checked(index)].view;
    }

    /** The CRC-32 that the record of a piece must have; 0 if none was recorded. */
    public int crc32(int index) {
      return hasOwnRecord(index) ? table.crc[from + index] : 0;
    }
  }
}
