package dev.pt2st.convert.copy;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.SparseContent.Compressed;
import dev.pt2st.torch.value.SparseContent.Compression;

/**
 * The entries of a tensor with compressed rows or columns: one run for each row of a block. A
 * "line" is a compressed row or column (of blocks). The batches follow each other.
 */
final class CompressedPlacement implements Placement {
  private final Compressed tensor;
  private final Compression compression;
  private final StorageSources sources;
  private final Place place;
  private final long batches;
  private final long rows;
  private final long columns;
  private final long blockRows;
  private final long blockColumns;
  private final long dense;
  private final long perBatch;

  CompressedPlacement(Compressed tensor, StorageSources sources, Place place) {
    this.tensor = tensor;
    this.compression = tensor.compression();
    this.sources = sources;
    this.place = place;
    Shape values = tensor.values().shape();
    Shape shape = tensor.shape();
    int batch = tensor.compressedIndices().shape().rank() - 1;
    this.blockRows = compression.inBlocks() ? values.get(batch + 1) : 1;
    this.blockColumns = compression.inBlocks() ? values.get(batch + 2) : 1;
    this.rows = shape.get(batch) / blockRows;
    this.columns = shape.get(batch + 1) / blockColumns;
    this.batches = product(shape, 0, batch);
    this.dense = product(shape, batch + 2, shape.rank());
    this.perBatch = values.get(batch);
  }

  private static long product(Shape shape, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= shape.get(i);
    }
    return product;
  }

  @Override
  public long entries() {
    return batches * perBatch;
  }

  @Override
  public long runs() {
    return blockRows;
  }

  @Override
  public long runLength() {
    return blockColumns * dense;
  }

  @Override
  public long runStride() {
    return columns * blockColumns * dense;
  }

  private long lines() {
    return compression.ofRows() ? rows : columns;
  }

  /** In each batch the lines must begin at 0, not decrease, and end after the last value. */
  @Override
  public void check() throws MalformedException {
    NumberReader reader = new NumberReader(tensor.compressedIndices(), sources);
    long[] read = new long[NumberReader.MOST];
    long count = lines() + 1;
    for (long batch = 0; batch < batches; batch++) {
      long before = 0;
      for (long done = 0; done < count; done += read.length) {
        int part = (int) Math.min(read.length, count - done);
        reader.integers(batch * count + done, part, read);
        for (int i = 0; i < part; i++) {
          if (read[i] < before || read[i] > perBatch || (done + i == 0 && read[i] != 0)) {
            throw malformed(read[i], done + i);
          }
          before = read[i];
        }
      }
      if (before != perBatch) {
        throw malformed(before, count - 1);
      }
    }
  }

  private MalformedException malformed(long index, long line) {
    return new MalformedException(
        place,
        "its "
            + compression.compressedIndicesName()
            + " do not rise from 0 to the "
            + perBatch
            + " values that it has: index "
            + line
            + " is "
            + index);
  }

  @Override
  public Cursor from(long entry) {
    return new LineCursor(entry);
  }

  private final class LineCursor implements Cursor {
    private final NumberReader compressed = new NumberReader(tensor.compressedIndices(), sources);
    private final NumberReader plain = new NumberReader(tensor.plainIndices(), sources);
    private final long[] read = new long[NumberReader.MOST];
    private final long[] ends = new long[NumberReader.MOST];
    private long next;
    private long batch;
    private long line;
    private long lineEnd;
    private long firstEnd;
    private int knownEnds;

    LineCursor(long entry) {
      next = entry;
      batch = perBatch == 0 ? 0 : entry / perBatch;
      if (entry < entries()) {
        line = lineOf(entry % perBatch);
        lineEnd = end(line);
      }
    }

    /** The line that holds an entry of the batch: the last line that does not begin after it. */
    private long lineOf(long within) {
      long low = 0;
      long high = lines() - 1;
      while (low < high) {
        long middle = low + (high - low + 1) / 2;
        if (start(middle) <= within) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }

    private long start(long of) {
      compressed.integers(batch * (lines() + 1) + of, 1, ends);
      return ends[0];
    }

    /** The end of a line; the ends of some following lines are read with it. */
    private long end(long of) {
      if (of < firstEnd || of >= firstEnd + knownEnds) {
        knownEnds = (int) Math.min(ends.length, lines() - of);
        firstEnd = of;
        compressed.integers(batch * (lines() + 1) + of + 1, knownEnds, ends);
      }
      return ends[(int) (of - firstEnd)];
    }

    @Override
    public void next(long[] starts, int count) throws MalformedException {
      plain.integers(next, count, read);
      long size = compression.ofRows() ? columns : rows;
      for (int i = 0; i < count; i++) {
        long entry = next + i;
        if (entry - batch * perBatch >= perBatch) {
          batch++;
          line = 0;
          knownEnds = 0;
          lineEnd = end(0);
        }
        while (entry - batch * perBatch >= lineEnd) {
          line++;
          if (line >= lines()) {
            // Only possible if the file was changed after it was checked.
            throw malformed(lineEnd, line);
          }
          lineEnd = end(line);
        }
        if (read[i] < 0 || read[i] >= size) {
          Placement.checkIndex(read[i], size, compression.plainIndicesName(), entry, place);
        }
        long row = compression.ofRows() ? line : read[i];
        long column = compression.ofRows() ? read[i] : line;
        starts[i] = ((batch * rows + row) * blockRows * columns + column) * blockColumns * dense;
      }
      next += count;
    }
  }
}
