package dev.pt2st.tensor.view;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A contiguous run of elements that tensors are views of. Tensors that share memory refer to the
 * same object.
 *
 * <p>The bytes may become known later than the storage: a legacy stream has them after the pickle
 * that names it.
 */
public final class Storage {
  private final String key;
  private final String location;
  private final DType dtype;
  private final long byteSize;
  private @Nullable ByteSource source;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  /**
   * @param key what the checkpoint calls it
   * @param location the device it was saved from, such as {@code cpu} or {@code cuda:0}
   * @param dtype of the elements
   * @param byteSize bytes that its tensors may use
   */
  public Storage(String key, String location, DType dtype, long byteSize) {
    this.key = key;
    this.location = location;
    this.dtype = dtype;
    this.byteSize = byteSize;
  }

  public String key() {
    return key;
  }

  public String location() {
    return location;
  }

  public DType dtype() {
    return dtype;
  }

  public long byteSize() {
    return byteSize;
  }

  /** Where its bytes are; null if the checkpoint does not hold them. */
  public @Nullable ByteSource source() {
    return source;
  }

  /** The order of the bytes of each {@link DType#swapSize()} unit of its {@link #dtype()}. */
  public ByteOrder order() {
    return order;
  }

  /** Sets where the bytes are and their byte order. */
  public void locate(ByteSource bytes, ByteOrder byteOrder) {
    this.source = bytes;
    this.order = byteOrder;
  }

  /** Why the checkpoint does not hold the bytes. */
  public String whyMissing() {
    return "its storage \"" + key + "\" is not in the file";
  }
}
