package dev.pt2st.convert.copy;

import dev.pt2st.convert.copy.record.RecordSum;
import dev.pt2st.convert.copy.record.StorageSource;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Reads a part of a record for its CRC-32 alone: no tensor covers the record. */
final class CrcRead implements CopyTask {
  private final StorageSource source;
  private final RecordSum sum;
  private final long from;
  private final long length;

  CrcRead(StorageSource source, RecordSum sum, long from, long length) {
    this.source = source;
    this.sum = sum;
    this.from = from;
    this.length = length;
  }

  @Override
  public void run(ThreadBuffers buffers) throws IOException {
    CRC32 crc = new CRC32();
    for (long done = 0; done < length; ) {
      ByteBuffer piece = buffers.copy();
      piece.limit((int) Math.min(piece.capacity(), length - done));
      source.read(from + done, piece);
      done += piece.flip().remaining();
      crc.update(piece);
    }
    sum.add((int) crc.getValue(), sum.size() - from - length);
  }
}
