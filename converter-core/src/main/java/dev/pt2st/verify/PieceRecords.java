package dev.pt2st.verify;

import dev.pt2st.convert.data.TensorData;
import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.PieceTable.Pieces;
import dev.pt2st.torch.value.ShardedContent;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of pieces that have a record each, created on demand. */
final class PieceRecords {
  private PieceRecords() {}

  private static @Nullable Pieces in(TensorData data) {
    return switch (data) {
      case TensorData.Cast(TensorData source, DType dtype) -> in(source);
      case TensorData.Assembled(ShardedContent tensor)
          when tensor.pieces() instanceof Pieces pieces ->
          pieces;
      default -> null;
    };
  }

  /** Whether a tensor is made of such pieces. */
  static boolean areIn(TensorData data) {
    return in(data) != null;
  }

  /** The views of a tensor, except such pieces. */
  static List<TensorView> others(TensorData data) {
    Pieces pieces = in(data);
    if (pieces == null) {
      return data.views();
    }
    List<TensorView> others = new ArrayList<>(0);
    for (int i = 0; i < pieces.size(); i++) {
      if (!pieces.hasOwnRecord(i)) {
        others.add(pieces.sample(i));
      }
    }
    return others;
  }

  /**
   * The records that have a CRC-32.
   *
   * @param checked whether the CRC-32 is compared at all
   */
  static List<ByteSource.Stored> of(ShardedContent tensor, boolean checked) {
    if (!checked || !(tensor.pieces() instanceof Pieces pieces)) {
      return List.of();
    }
    int[] numbers = new int[pieces.size()];
    int count = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (pieces.crc32(i) != 0) {
        numbers[count++] = i;
      }
    }
    int size = count;
    return new AbstractList<>() {
      @Override
      public ByteSource.Stored get(int index) {
        ByteSource record = pieces.get(numbers[index]).view().storage().source();
        if (record instanceof ByteSource.Stored stored) {
          return stored;
        }
        throw new IllegalStateException("a piece without a record");
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
