package dev.pt2st.verify;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.RecordBytes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.zip.CRC32;

/** The CRC-32 of records of a checkpoint, computed by several threads and compared at the end. */
final class RecordChecks {
  private final IdentityHashMap<ByteSource.Stored, Integer> sums = new IdentityHashMap<>();

  /** Computes the CRC-32 of one record. */
  void read(ByteSource.Stored record, CopyBuffers buffers) {
    int sum = sum(record, buffers);
    synchronized (sums) {
      sums.put(record, sum);
    }
  }

  /**
   * Computes and compares the CRC-32 of records that no other tensor uses.
   *
   * @throws MalformedException if one differs from that in the record's entry
   */
  static void check(List<ByteSource.Stored> records, CopyBuffers buffers)
      throws MalformedException {
    for (ByteSource.Stored record : records) {
      RecordBytes.checkCrc(
          record,
          sum(record, buffers),
          () -> Place.of(record.file().name()).inEntry(record.name()).at(record.offset()));
    }
  }

  private static int sum(ByteSource.Stored record, CopyBuffers buffers) {
    CRC32 crc = new CRC32();
    for (long at = 0; at < record.size(); at += CopyBuffers.SIZE) {
      int length = (int) Math.min(CopyBuffers.SIZE, record.size() - at);
      MemorySegment.copy(record.segment(), at, buffers.first(), 0, length);
      crc.update(buffers.firstArray(), 0, length);
    }
    return (int) crc.getValue();
  }

  /**
   * Compares all CRC-32s.
   *
   * @throws MalformedException if one differs from that in the record's entry
   */
  void check() throws MalformedException {
    List<ByteSource.Stored> records = new ArrayList<>(sums.keySet());
    records.sort(Comparator.comparingLong(ByteSource.Stored::offset));
    for (ByteSource.Stored record : records) {
      RecordBytes.checkCrc(
          record,
          sums.getOrDefault(record, 0),
          () -> Place.of(record.file().name()).inEntry(record.name()));
    }
  }
}
