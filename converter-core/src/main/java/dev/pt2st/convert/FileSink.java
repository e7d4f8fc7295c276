package dev.pt2st.convert;

import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An output file from some byte on. */
final class FileSink implements Sink {
  private final AtomicOutput output;
  private final long begin;
  private final ProgressListener progress;

  /**
   * @param begin where in the file position 0 is
   */
  FileSink(AtomicOutput output, long begin, ProgressListener progress) {
    this.output = output;
    this.begin = begin;
    this.progress = progress;
  }

  @Override
  public void write(ByteBuffer bytes, long position, WorkBuffers buffers) throws IOException {
    int length = bytes.remaining();
    output.write(bytes, begin + position);
    progress.written(length);
  }
}
