package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.sink.Sink;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Dequantizes the integers that it receives and passes the real numbers on. */
final class DequantizingSink implements Sink {
  private final Dequantizer dequantizer;
  private final Sink target;

  /**
   * @param target receives the numbers as float32
   */
  DequantizingSink(Dequantizer dequantizer, Sink target) {
    this.dequantizer = dequantizer;
    this.target = target;
  }

  @Override
  public void write(ByteBuffer bytes, long position, ThreadBuffers buffers)
      throws CheckpointException, IOException {
    MemorySegment integers = MemorySegment.ofBuffer(bytes);
    ByteBuffer numbers = buffers.take();
    int most = dequantizer.bytesOf(numbers.capacity() / Float.BYTES);
    for (int done = 0; done < integers.byteSize(); done += most) {
      int length = (int) Math.min(most, integers.byteSize() - done);
      long first = dequantizer.firstNumber(position + done);
      int count = dequantizer.numbers(position + done, length);
      dequantizer.run(
          integers.asSlice(done, length), first, count, MemorySegment.ofBuffer(numbers.clear()));
      target.write(numbers.limit(count * Float.BYTES), first * Float.BYTES, buffers);
    }
    bytes.position(bytes.limit());
    buffers.give(numbers);
  }
}
