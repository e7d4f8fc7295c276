package dev.pt2st.convert.copy.record;

import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.PieceTable.Pieces;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.ShardedContent.Piece;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a tensor with their bytes, and the CRC-32 checks that reading them contributes to.
 */
public final class PieceReader {
  private final ShardedContent tensor;
  private final StorageSources sources;

  /** The checks of pieces that have a record each; null if they are not checked. */
  private final @Nullable PieceSums sums;

  /** The checks of other pieces; empty if there are none. */
  private final @Nullable RecordCheck[] taken;

  /**
   * The source of a piece's elements.
   *
   * @param check receives the CRC-32 of the bytes that are read; null if it is computed elsewhere
   *     or not at all, or if the elements are picked one by one
   */
  public record Source(StorageSource bytes, @Nullable RecordSum check) {}

  /**
   * Registers the checks of the pieces, before anything is read.
   *
   * @param name of the tensor
   */
  public PieceReader(String name, ShardedContent tensor, StorageSources sources) {
    this.tensor = tensor;
    this.sources = sources;
    if (tensor.pieces() instanceof Pieces pieces) {
      this.sums = sources.comparesCrc() ? new PieceSums(name, pieces) : null;
      this.taken = new RecordCheck[0];
      return;
    }
    this.sums = null;
    this.taken = new RecordCheck[tensor.pieces().size()];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = take(tensor.pieces().get(i).view(), sources);
    }
  }

  /** The check that reading a view contributes to; null for none. */
  public static @Nullable RecordCheck take(TensorView view, StorageSources sources) {
    RecordCheck check = sources.of(view.storage()).check();
    return check != null && view.isContiguous() && check.take(view.startByte(), view.endByte())
        ? check
        : null;
  }

  public ShardedContent tensor() {
    return tensor;
  }

  /** The checks to compare when all is read; null for none. */
  public @Nullable PieceSums sums() {
    return sums;
  }

  public int count() {
    return tensor.pieces().size();
  }

  public Piece piece(int index) {
    return tensor.pieces().get(index);
  }

  /** A view that shows how a piece lies in its record. */
  public TensorView sample(int index) {
    return tensor.pieces() instanceof Pieces pieces
        ? pieces.sample(index)
        : tensor.pieces().get(index).view();
  }

  /** The source of a piece. */
  public Source source(int index, Piece piece) {
    StorageSource bytes = sources.of(piece.view().storage());
    if (sums != null) {
      boolean onTheWay = sums.isChecked(index) && sums.isCovered(index);
      return new Source(bytes, onTheWay ? sums.of(index) : null);
    }
    return new Source(bytes, taken.length == 0 ? null : taken[index]);
  }
}
