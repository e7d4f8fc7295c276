package dev.pt2st.torch.value;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor whose elements are in several pieces, as saved by several processes. The pieces are
 * boxes of a grid. Together they cover the grid, and no two overlap.
 *
 * @param shape of the whole tensor, in elements
 * @param dtype of all pieces
 * @param grid the sizes of the grid: the shape itself, or other sizes with the same number of
 *     elements, such as one dimension
 * @param pieces the pieces, in the order of their first elements; none is empty
 */
public record ShardedContent(Shape shape, DType dtype, Shape grid, List<Piece> pieces)
    implements TensorValue.Content {

  /**
   * A box of the grid.
   *
   * @param view its elements
   * @param offsets where its first element is in the grid
   */
  public record Piece(TensorView view, Shape offsets) {}

  public ShardedContent {
    pieces = pieces instanceof PieceTable.Pieces ? pieces : List.copyOf(pieces);
    if (shape.elementCount() != grid.elementCount()) {
      throw new IllegalArgumentException("a grid of " + grid + " for a shape of " + shape);
    }
  }

  /**
   * The content of a tensor with such pieces. A tensor with a single piece is an ordinary one.
   *
   * @param pieces the pieces, which cover the grid exactly once, in the order of their first
   *     elements
   */
  public static TensorValue.Content of(Shape shape, DType dtype, Shape grid, List<Piece> pieces) {
    if (pieces.size() == 1 && grid.equals(shape)) {
      return new TensorValue.Strided(pieces.getFirst().view());
    }
    if (pieces.size() == 1 && pieces.getFirst().view().isContiguous()) {
      TensorView row = pieces.getFirst().view();
      return new TensorValue.Strided(
          new TensorView(
              row.storage(),
              dtype,
              row.offset(),
              shape,
              shape.contiguousStrides(),
              row.conjugated(),
              row.negated()));
    }
    if (pieces.isEmpty()) {
      return new TensorValue.Strided(empty(shape, dtype));
    }
    return new ShardedContent(shape, dtype, grid, pieces);
  }

  private static TensorView empty(Shape shape, DType dtype) {
    Storage storage = new Storage("empty", "cpu", dtype, 0);
    storage.locate(
        new ByteSource.InMemory("empty", MemorySegment.ofArray(new byte[0])),
        ByteOrder.LITTLE_ENDIAN);
    return new TensorView(storage, dtype, 0, shape, shape.contiguousStrides());
  }

  @Override
  public List<TensorView> views() {
    return pieces.stream().map(Piece::view).toList();
  }

  /** The same elements as pairs of real numbers, see {@link TensorView#asReal}. */
  public ShardedContent asReal() {
    List<Piece> real = new ArrayList<>(pieces.size());
    for (Piece piece : pieces) {
      real.add(new Piece(piece.view.asReal(), piece.offsets.with(0)));
    }
    return new ShardedContent(shape.with(2), dtype.realPart(), grid.with(2), real);
  }
}
