package dev.pt2st.convert.copy;

import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** An output file from some byte on. */
final class FileSink implements Sink {
  private final AtomicOutput output;
  private final long begin;
  private final LongConsumer written;

  /**
   * @param begin where in the file position 0 is
   */
  FileSink(AtomicOutput output, long begin, LongConsumer written) {
    this.output = output;
    this.begin = begin;
    this.written = written;
  }

  @Override
  public void write(ByteBuffer bytes, long position, ThreadBuffers buffers) throws IOException {
    int length = bytes.remaining();
    output.write(bytes, begin + position);
    written.accept(length);
  }
}
