package dev.pt2st.convert.copy.record;

import dev.pt2st.io.ByteSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The CRC-32 of a record, computed while it is read. Tensors that do not overlap in it contribute
 * the parts that they read; the gaps are read only for the CRC-32.
 */
public final class RecordCheck implements RecordSum {
  private final ByteSource source;
  private int sum;

  /** The start of the first part that was claimed; most records have no other. */
  private long from;

  private long to;

  /** Further parts, each with its end. */
  private @Nullable TreeMap<Long, Long> further;

  /** Bytes of a record that no tensor reads. */
  public record Gap(long from, long to) {}

  RecordCheck(ByteSource source) {
    this.source = source;
  }

  /** The record. */
  public ByteSource source() {
    return source;
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public void add(int crc, long bytesAfter) {
    int share = Crc32Sum.share(crc, bytesAfter);
    synchronized (this) {
      sum ^= share;
    }
  }

  /** The CRC-32 of the record, when every part has been added. */
  public synchronized int value() {
    return sum;
  }

  /**
   * Claims a part for a tensor that reads it; called by one thread, before anything is read.
   *
   * @return false if it overlaps a part that was claimed before
   */
  boolean take(long begin, long end) {
    if (begin >= end) {
      return false;
    }
    if (to == 0) {
      from = begin;
      to = end;
      return true;
    }
    if (begin < to && from < end) {
      return false;
    }
    TreeMap<Long, Long> others = further;
    if (others == null) {
      others = new TreeMap<>();
      further = others;
    }
    Map.Entry<Long, Long> before = others.lowerEntry(end);
    if (before != null && before.getValue() > begin) {
      return false;
    }
    others.put(begin, end);
    return true;
  }

  /** The parts that were not claimed. */
  public List<Gap> gaps() {
    TreeMap<Long, Long> all = further == null ? new TreeMap<>() : new TreeMap<>(further);
    if (from < to) {
      all.put(from, to);
    }
    List<Gap> gaps = new ArrayList<>();
    long at = 0;
    for (Map.Entry<Long, Long> part : all.entrySet()) {
      if (at < part.getKey()) {
        gaps.add(new Gap(at, part.getKey()));
      }
      at = part.getValue();
    }
    if (at < size()) {
      gaps.add(new Gap(at, size()));
    }
    return gaps;
  }
}
