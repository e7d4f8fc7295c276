package dev.pt2st.convert.copy;

import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An output file from some byte on. */
final class FileSink implements Sink {
  private final AtomicOutput output;
  private final long begin;
  private final LongConsumer written;
  private final @Nullable FileDigester digester;

  /**
   * @param begin where in the file position 0 is
   * @param digester takes what is written too; null if nobody does
   */
  FileSink(AtomicOutput output, long begin, LongConsumer written, @Nullable FileDigester digester) {
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
