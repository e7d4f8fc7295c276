package dev.pt2st.convert.copy.sink;

import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A sink that writes into an output file from a position on. */
public final class FileSink implements Sink {
  private final AtomicOutput output;
  private final long begin;
  private final LongConsumer written;
  private final @Nullable FileDigester digester;

  /**
   * @param begin the position in the file that is position 0 of the sink
   * @param digester also receives what is written; null for none
   */
  public FileSink(
      AtomicOutput output, long begin, LongConsumer written, @Nullable FileDigester digester) {
    this.output = output;
    this.begin = begin;
    this.written = written;
    this.digester = digester;
  }

  @Override
  public void write(ByteBuffer bytes, long position, ThreadBuffers buffers) throws IOException {
    int length = bytes.remaining();
    ByteBuffer piece = bytes.duplicate();
    output.write(bytes, begin + position);
    if (digester != null) {
      digester.add(piece, begin + position, buffers);
    }
    written.accept(length);
  }
}
