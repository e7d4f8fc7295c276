package dev.pt2st.safetensors;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.safetensors.format.DataOrder;
import dev.pt2st.safetensors.format.HeaderWriter;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file of any size with the same layout as the reference writer ({@code
 * prepare} in the safetensors crate's {@code tensor.rs}): by dtype, widest first, then by name.
 *
 * <p>All tensors are declared first. Then their bytes are written, whole or part by part, in any
 * order of the tensors and from several threads. The file appears under its name with {@link
 * #commit}, complete or not at all.
 */
public final class SafetensorsWriter implements AutoCloseable {
  /** Bytes written in one system call. */
  private static final int PIECE = 1 << 20;

  private static final String METADATA = "__metadata__";

  private final OutputGroup group;
  private final AtomicOutput output;
  private final long fileBytes;
  private final Map<String, Progress> byName = new LinkedHashMap<>();
  private volatile boolean failed;

  /**
   * A tensor to be written.
   *
   * @param name unique in the file
   * @param dtype one that safetensors has a name for
   * @param shape sizes in elements, even for the packed dtypes F4 and F6
   */
  public record Tensor(String name, DType dtype, Shape shape) {
    public Tensor {
      if (Arrays.stream(shape.toArray()).anyMatch(size -> size < 0)) {
        throw new IllegalArgumentException("a negative size: " + shape);
      }
    }

    /** A tensor with the name, dtype and shape of one that was read. */
    public static Tensor like(TensorInfo tensor) {
      return new Tensor(tensor.name(), tensor.dtype(), tensor.shape());
    }
  }

  /** How much of a tensor is written. */
  private static final class Progress {
    final TensorInfo tensor;
    final long start;
    long written;

    Progress(TensorInfo tensor, long start) {
      this.tensor = tensor;
      this.start = start;
    }

    long missing() {
      return tensor.end() - tensor.begin() - written;
    }
  }

  private SafetensorsWriter(
      OutputGroup group, AtomicOutput output, int headerSize, List<TensorInfo> tensors) {
    this.group = group;
    this.output = output;
    for (TensorInfo tensor : tensors) {
      byName.put(tensor.name(), new Progress(tensor, headerSize + tensor.begin()));
    }
    this.fileBytes = headerSize + (tensors.isEmpty() ? 0 : tensors.getLast().end());
  }

  /**
   * Begins a file.
   *
   * @param metadata entries for {@code __metadata__}, written in this order
   * @param existing what to do if the file exists
   * @throws IllegalArgumentException if the format cannot hold a tensor or a metadata entry, or the
   *     header would be too long
   * @throws IOException if the file cannot be created
   */
  public static SafetensorsWriter create(
      Path target, List<Tensor> tensors, Map<String, String> metadata, IfExists existing)
      throws IOException {
    metadata.forEach((key, value) -> {
      checkText(key);
      checkText(value);
    });
    List<TensorInfo> laidOut = layOut(tensors);
    byte[] header = HeaderWriter.write(laidOut, metadata);
    if (header.length - Long.BYTES > HeaderWriter.MAX_JSON_BYTES) {
      throw new IllegalArgumentException(
          "a header of "
              + header.length
              + " bytes, and readers take "
              + HeaderWriter.MAX_JSON_BYTES);
    }
    OutputGroup group = new OutputGroup(existing);
    try {
      SafetensorsWriter writer =
          new SafetensorsWriter(group, group.create(target), header.length, laidOut);
      writer.put(MemorySegment.ofArray(header), 0);
      return writer;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  private static List<TensorInfo> layOut(List<Tensor> tensors) {
    List<Tensor> sorted = new ArrayList<>(tensors);
    sorted.sort(DataOrder.by(Tensor::dtype, Tensor::name));
    Map<String, TensorInfo> laidOut = LinkedHashMap.newLinkedHashMap(sorted.size());
    long position = 0;
    for (Tensor tensor : sorted) {
      checkText(tensor.name());
      long end = endOf(tensor, position);
      TensorInfo info =
          new TensorInfo(tensor.name(), tensor.dtype(), tensor.shape(), position, end);
      if (tensor.name().equals(METADATA) || laidOut.put(tensor.name(), info) != null) {
        throw new IllegalArgumentException("the name is taken: " + tensor.name());
      }
      position = end;
    }
    return List.copyOf(laidOut.values());
  }

  private static void checkText(String text) {
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new IllegalArgumentException("half of a surrogate pair has no UTF-8: " + text);
    }
  }

  /** Where the data of a tensor that begins at a position ends. */
  private static long endOf(Tensor tensor, long position) {
    try {
      return Math.addExact(position, byteSize(tensor));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          tensor.shape() + " of " + tensor.dtype() + " is too large for a file", e);
    }
  }

  private static long byteSize(Tensor tensor) {
    if (tensor.dtype().safetensorsName() == null) {
      throw new IllegalArgumentException("the format has no dtype " + tensor.dtype());
    }
    long bits = Math.multiplyExact(tensor.shape().elementCount(), tensor.dtype().bitSize());
    if (bits % Byte.SIZE != 0) {
      throw new IllegalArgumentException(
          tensor.shape() + " of " + tensor.dtype() + " does not fill whole bytes");
    }
    return bits / Byte.SIZE;
  }

  /**
   * Writes a tensor, or the next part of it.
   *
   * @param name the name of a declared tensor
   * @param bytes row-major and little-endian, in any kind of memory
   * @throws IllegalArgumentException if there is no such tensor, or it would get too many bytes
   * @throws IOException if the disk is full or fails
   */
  public void write(String name, MemorySegment bytes) throws IOException {
    Progress progress = byName.get(name);
    if (progress == null) {
      throw new IllegalArgumentException("the file was begun without the tensor " + name);
    }
    long position;
    synchronized (progress) {
      if (bytes.byteSize() > progress.missing()) {
        throw new IllegalArgumentException(
            bytes.byteSize() + " bytes where the tensor " + name + " lacks " + progress.missing());
      }
      position = progress.start + progress.written;
      progress.written += bytes.byteSize();
    }
    put(bytes, position);
  }

  private void put(MemorySegment bytes, long position) throws IOException {
    try {
      for (long at = 0; at < bytes.byteSize(); at += PIECE) {
        long length = Math.min(PIECE, bytes.byteSize() - at);
        output.write(buffer(bytes.asSlice(at, length)), position + at);
      }
    } catch (IOException e) {
      failed = true;
      throw group.explain(e, fileBytes);
    }
  }

  /** A byte buffer for a segment; arrays of other elements must be copied. */
  private static ByteBuffer buffer(MemorySegment piece) {
    boolean isArray = piece.heapBase().isPresent() && !(piece.heapBase().get() instanceof byte[]);
    return isArray ? ByteBuffer.wrap(piece.toArray(ValueLayout.JAVA_BYTE)) : piece.asByteBuffer();
  }

  /**
   * Completes the file and gives it its name.
   *
   * @param durability when the file counts as written
   * @throws IllegalStateException if a tensor does not have all its bytes, or a write has failed
   * @throws IOException if the disk fails, or a file of this name has appeared meanwhile
   */
  public void commit(Durability durability) throws IOException {
    if (failed) {
      throw new IllegalStateException("a write has failed");
    }
    for (Progress progress : byName.values()) {
      synchronized (progress) {
        if (progress.missing() > 0) {
          throw new IllegalStateException(
              "the tensor " + progress.tensor.name() + " lacks " + progress.missing() + " bytes");
        }
      }
    }
    group.commit(durability);
  }

  /** Closes the writer; without {@link #commit}, the file is deleted. */
  @Override
  public void close() throws IOException {
    group.close();
  }
}
