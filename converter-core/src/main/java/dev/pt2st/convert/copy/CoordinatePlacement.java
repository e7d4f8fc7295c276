package dev.pt2st.convert.copy;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.SparseContent.Coordinates;
import java.util.Arrays;

/** The entries of a tensor in COO layout: one run each, over all dense dimensions. */
final class CoordinatePlacement implements Placement {
  private final TensorView indices;
  private final StorageSources sources;
  private final Place place;
  private final long entries;
  private final long[] size;
  private final long[] stride;
  private final long runLength;

  CoordinatePlacement(Coordinates tensor, StorageSources sources, Place place) {
    this.indices = tensor.indices();
    this.sources = sources;
    this.place = place;
    this.entries = tensor.values().shape().get(0);
    int sparse = (int) indices.shape().get(0);
    Shape shape = tensor.shape();
    this.size = Arrays.copyOf(shape.toArray(), sparse);
    this.stride = new long[sparse];
    long step = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      if (i == sparse - 1) {
        break;
      }
      step *= shape.get(i);
    }
    this.runLength = step;
    for (int i = sparse - 1; i >= 0; i--) {
      stride[i] = step;
      step *= size[i];
    }
  }

  @Override
  public long entries() {
    return entries;
  }

  @Override
  public long runs() {
    return 1;
  }

  @Override
  public long runLength() {
    return runLength;
  }

  @Override
  public long runStride() {
    return runLength;
  }

  @Override
  public void check() {
    // Each index is independent of the others.
  }

  @Override
  public Cursor from(long entry) {
    NumberReader[] readers = new NumberReader[size.length];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = new NumberReader(NumberReader.row(indices, i), sources);
    }
    return new Cursor() {
      private final long[] read = new long[NumberReader.MOST];
      private long next = entry;

      @Override
      public void next(long[] starts, int count) throws MalformedException {
        Arrays.fill(starts, 0, count, 0);
        for (int dimension = 0; dimension < readers.length; dimension++) {
          readers[dimension].integers(next, count, read);
          for (int i = 0; i < count; i++) {
            if (read[i] < 0 || read[i] >= size[dimension]) {
              Placement.checkIndex(
                  read[i], size[dimension], "dimension " + dimension, next + i, place);
            }
            starts[i] += read[i] * stride[dimension];
          }
        }
        next += count;
      }
    };
  }
}
