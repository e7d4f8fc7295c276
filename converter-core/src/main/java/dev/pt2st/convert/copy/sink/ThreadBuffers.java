package dev.pt2st.convert.copy.sink;

import dev.pt2st.convert.numeric.Caster;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The buffers of one thread. */
public final class ThreadBuffers {
  /** Fits the second-level cache: larger ones were three times slower (bench/RESULTS.md). */
  public static final int COPY_BYTES = 256 << 10;

  private final ByteBuffer copy = ByteBuffer.allocateDirect(COPY_BYTES);
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private ByteBuffer block = ByteBuffer.allocateDirect(0);
  private ByteBuffer cast = ByteBuffer.allocateDirect(0);
  private @Nullable Caster caster;
  private byte[] array = {};

  /** The buffer for copies, empty. */
  public ByteBuffer copy() {
    return copy.clear();
  }

  /**
   * Another empty buffer of {@link #COPY_BYTES}, for a step that transforms the bytes that it
   * receives. Any number can be taken. It belongs to the caller until {@link #give}.
   */
  public ByteBuffer take() {
    ByteBuffer taken = free.poll();
    return taken == null ? ByteBuffer.allocateDirect(COPY_BYTES) : taken.clear();
  }

  /** Returns a buffer that was taken. */
  public void give(ByteBuffer taken) {
    free.push(taken);
  }

  /** A buffer of at least this size for a gathered block, empty. */
  public ByteBuffer block(long bytes) {
    if (block.capacity() < bytes) {
      block = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return block.clear();
  }

  /** The buffer for elements of another dtype, empty. */
  ByteBuffer cast() {
    if (cast.capacity() == 0) {
      cast = ByteBuffer.allocateDirect(COPY_BYTES);
    }
    return cast.clear();
  }

  /** An array of {@link #COPY_BYTES}: digests of arrays are cheaper than those of segments. */
  byte[] array() {
    if (array.length == 0) {
      array = new byte[COPY_BYTES];
    }
    return array;
  }

  /** The caster of this thread. */
  Caster caster() {
    if (caster == null) {
      caster = new Caster();
    }
    return caster;
  }
}
