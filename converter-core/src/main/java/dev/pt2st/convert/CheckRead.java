package dev.pt2st.convert;

import dev.pt2st.io.RecordBytes;

/** Reads a part of a record for its CRC-32 alone: no tensor covers the record. */
final class CheckRead implements Work {
  private final Source source;
  private final Source.RecordCheck check;
  private final long from;
  private final long length;

  CheckRead(Source source, Source.RecordCheck check, long from, long length) {
    this.source = source;
    this.check = check;
    this.from = from;
    this.length = length;
  }

  @Override
  public void run(WorkBuffers buffers) {
    RecordBytes.Crc crc = new RecordBytes.Crc(buffers.copy());
    crc.update(source.bytes().asSlice(from, length));
    check.sum().add(crc.value(), check.source().size() - from - length);
  }
}
