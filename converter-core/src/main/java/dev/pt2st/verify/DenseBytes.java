package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.io.spill.ScratchMemory;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.SparseContent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A sparse tensor in dense form: zeros, to which its values are added at their indices, one after
 * the other. The whole tensor is computed when the first part is read.
 */
final class DenseBytes implements TensorBytes, AutoCloseable {
  private final SparseContent tensor;
  private final StorageBytes storages;
  private final String name;
  private final SparseSums arithmetic;
  private final long elements;
  private final int elementSize;
  private @Nullable ScratchMemory memory;

  /**
   * @param name of the tensor, for messages
   */
  DenseBytes(SparseContent tensor, StorageBytes storages, String name) {
    this.tensor = tensor;
    this.storages = storages;
    this.name = name;
    this.arithmetic = new SparseSums(tensor);
    this.elements = tensor.shape().elementCount();
    this.elementSize = tensor.values().dtype().byteSize();
  }

  @Override
  public long size() {
    return Math.multiplyExact(elements, elementSize);
  }

  @Override
  public void read(long position, MemorySegment target) throws CheckpointException, IOException {
    MemorySegment.copy(full(), position, target, 0, target.byteSize());
  }

  private synchronized MemorySegment full() throws CheckpointException, IOException {
    ScratchMemory known = memory;
    if (known == null) {
      known = ScratchMemory.in(storages.folder(), Math.multiplyExact(elements, arithmetic.size()));
      memory = known;
      switch (tensor) {
        case SparseContent.Coordinates coordinates -> add(coordinates, known.segment());
        case SparseContent.Compressed compressed -> add(compressed, known.segment());
      }
      arithmetic.finish(known.segment(), elements);
    }
    return known.segment();
  }

  private void add(SparseContent.Coordinates sparse, MemorySegment sums) throws MalformedException {
    Shape shape = tensor.shape();
    int dimensions = (int) sparse.indices().shape().get(0);
    long count = sparse.indices().shape().get(1);
    ElementReader[] indices = new ElementReader[dimensions];
    for (int i = 0; i < dimensions; i++) {
      indices[i] = new ElementReader(sparse.indices(), storages);
    }
    long run = 1;
    for (int i = dimensions; i < shape.rank(); i++) {
      run *= shape.get(i);
    }
    Values values = new Values(sums);
    for (long entry = 0; entry < count; entry++) {
      long at = 0;
      for (int i = 0; i < dimensions; i++) {
        at = at * shape.get(i) + within(indices[i].integer(i * count + entry), shape.get(i));
      }
      values.add(entry * run, at * run, run);
    }
  }

  private void add(SparseContent.Compressed sparse, MemorySegment sums) throws MalformedException {
    Shape shape = tensor.shape();
    Shape valuesShape = sparse.values().shape();
    int batchDimensions = sparse.compressedIndices().shape().rank() - 1;
    boolean blocks = sparse.compression().inBlocks();
    long blockRows = blocks ? valuesShape.get(batchDimensions + 1) : 1;
    long blockColumns = blocks ? valuesShape.get(batchDimensions + 2) : 1;
    long height = shape.get(batchDimensions);
    long width = shape.get(batchDimensions + 1);
    long dense = 1;
    for (int i = batchDimensions + 2; i < shape.rank(); i++) {
      dense *= shape.get(i);
    }
    long lines = sparse.compressedIndices().shape().get(batchDimensions) - 1;
    long perBatch = sparse.plainIndices().shape().get(batchDimensions);
    boolean ofRows = sparse.compression().ofRows();
    long others = ofRows ? width / blockColumns : height / blockRows;
    long batches = elements / (height * width * dense);
    ElementReader begins = new ElementReader(sparse.compressedIndices(), storages);
    ElementReader plain = new ElementReader(sparse.plainIndices(), storages);
    Values values = new Values(sums);
    for (long batch = 0; batch < batches; batch++) {
      long entry = begins.integer(batch * (lines + 1));
      for (long line = 0; line < lines; line++) {
        long end = begins.integer(batch * (lines + 1) + line + 1);
        within(end - entry, perBatch - entry + 1);
        for (; entry < end; entry++) {
          long stored = batch * perBatch + entry;
          long other = within(plain.integer(stored), others);
          long row = (ofRows ? line : other) * blockRows;
          long column = (ofRows ? other : line) * blockColumns;
          for (long i = 0; i < blockRows; i++) {
            long at = ((batch * height + row + i) * width + column) * dense;
            long run = blockColumns * dense;
            values.add((stored * blockRows + i) * run, at, run);
          }
        }
      }
    }
  }

  private long within(long index, long size) throws MalformedException {
    if (index < 0 || index >= size) {
      throw new MalformedException(
          storages.place().ofTensor(name), "an index lies outside of its sizes");
    }
    return index;
  }

  /** The values of the tensor, read through a buffer. */
  private final class Values {
    private final TensorView view = tensor.values();
    private final StridedBytes bytes = new StridedBytes(view, storages.get(view.storage()));
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[CopyBuffers.SIZE]);
    private final MemorySegment sums;
    private long first;
    private long end;

    Values(MemorySegment sums) {
      this.sums = sums;
    }

    void add(long value, long at, long count) {
      long done = 0;
      while (done < count) {
        long next = value + done;
        if (next < first || next >= end) {
          first = next;
          end = Math.min(view.elementCount(), next + CopyBuffers.SIZE / elementSize);
          bytes.read(first * elementSize, buffer.asSlice(0, (end - first) * elementSize));
        }
        long part = Math.min(count - done, end - next);
        arithmetic.add(
            buffer, (next - first) * elementSize, sums, (at + done) * arithmetic.size(), part);
        done += part;
      }
    }
  }

  @Override
  public synchronized void close() {
    if (memory != null) {
      memory.close();
    }
  }
}
