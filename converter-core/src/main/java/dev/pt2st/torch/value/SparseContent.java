package dev.pt2st.torch.value;

import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sparse tensor: values and their indices. They are not checked here: sizes may contradict each
 * other, and indices may be outside the shape.
 */
public sealed interface SparseContent extends TensorValue.Content {

  /** The name in PyTorch, such as {@code torch.sparse_csr}. */
  String layout();

  /** The sizes of the tensor when written in full. */
  Shape shape();

  /** The elements that are not zero, in the order of their indices. */
  TensorView values();

  /**
   * Coordinates ({@code torch.sparse_coo}).
   *
   * @param indices of shape [sparse dimensions, number of values]
   * @param values of shape [number of values, dense dimensions…]
   * @param coalesced whether the indices are unique and sorted; null if the file does not say
   */
  record Coordinates(
      TensorView indices, TensorView values, Shape shape, @Nullable Boolean coalesced)
      implements SparseContent {
    @Override
    public String layout() {
      return "torch.sparse_coo";
    }

    @Override
    public List<TensorView> views() {
      return List.of(indices, values);
    }
  }

  /** Which dimension is compressed, and whether the values are blocks. */
  enum Compression {
    CSR(true, false),
    CSC(false, false),
    BSR(true, true),
    BSC(false, true);

    private final boolean ofRows;
    private final boolean inBlocks;

    Compression(boolean ofRows, boolean inBlocks) {
      this.ofRows = ofRows;
      this.inBlocks = inBlocks;
    }

    /** Whether rows are compressed, not columns. */
    public boolean ofRows() {
      return ofRows;
    }

    /** Whether each value is a block of two dimensions. */
    public boolean inBlocks() {
      return inBlocks;
    }

    /** What PyTorch calls the indices where each compressed row or column begins. */
    public String compressedIndicesName() {
      return ofRows ? "crow_indices" : "ccol_indices";
    }

    /** What PyTorch calls the other indices. */
    public String plainIndicesName() {
      return ofRows ? "col_indices" : "row_indices";
    }
  }

  /**
   * Compressed rows or columns ({@code torch.sparse_csr}, {@code csc}, {@code bsr} and {@code
   * bsc}).
   *
   * @param compression which of the four layouts
   * @param compressedIndices of shape [batch dimensions…, rows or columns (or blocks of them) + 1]
   * @param plainIndices of shape [batch dimensions…, number of values]
   * @param values of shape [batch dimensions…, number of values, (block rows, block columns,) dense
   *     dimensions…]
   */
  record Compressed(
      Compression compression,
      TensorView compressedIndices,
      TensorView plainIndices,
      TensorView values,
      Shape shape)
      implements SparseContent {
    @Override
    public String layout() {
      return switch (compression) {
        case CSR -> "torch.sparse_csr";
        case CSC -> "torch.sparse_csc";
        case BSR -> "torch.sparse_bsr";
        case BSC -> "torch.sparse_bsc";
      };
    }

    @Override
    public List<TensorView> views() {
      return List.of(compressedIndices, plainIndices, values);
    }
  }
}
