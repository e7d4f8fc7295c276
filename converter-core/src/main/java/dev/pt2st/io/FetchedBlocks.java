package dev.pt2st.io;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which blocks of a source are fetched, and which are being fetched. Any thread may ask whether a
 * block is fetched; all other methods need the lock of the fetcher.
 */
final class FetchedBlocks {
  /**
   * A larger source has larger blocks, so that both bit sets take at most 2 MiB, whatever size a
   * server states.
   */
  private static final long MOST_BLOCKS = 1 << 23;

  private final long size;
  private final long blockBytes;
  private final int count;
  private final AtomicLongArray there;
  private final BitSet underWay = new BitSet();

  /**
   * Bytes from one offset to another.
   *
   * @param start the offset of the first one
   * @param end the offset after the last one
   */
  record Run(long start, long end) {
    long length() {
      return end - start;
    }
  }

  FetchedBlocks(long size, int blockBytes) {
    this.size = size;
    this.blockBytes = blockBytes * Math.max(1, Math.ceilDiv(size, blockBytes * MOST_BLOCKS));
    this.count = Math.toIntExact(Math.ceilDiv(size, this.blockBytes));
    this.there = new AtomicLongArray(Math.ceilDiv(count, Long.SIZE));
  }

  private boolean isThere(int block) {
    return (there.getAcquire(block / Long.SIZE) >>> block & 1) != 0;
  }

  private int blockOf(long offset) {
    return (int) (offset / blockBytes);
  }

  private int blockBehind(long end) {
    return (int) Math.ceilDiv(end, blockBytes);
  }

  /** Whether all these bytes are fetched. */
  boolean areThere(long offset, long length) {
    if (length == 0) {
      return true;
    }
    int last = blockOf(offset + length - 1);
    int block = blockOf(offset);
    while (block <= last) {
      long word = there.getAcquire(block / Long.SIZE);
      if (block % Long.SIZE == 0 && last - block >= Long.SIZE - 1) {
        if (word != -1) {
          return false;
        }
        block += Long.SIZE;
      } else {
        if ((word >>> block & 1) == 0) {
          return false;
        }
        block++;
      }
    }
    return true;
  }

  /** How many of these bytes are neither fetched nor being fetched. */
  long missing(long start, long end) {
    return runs(start, end).stream().mapToLong(Run::length).sum();
  }

  /** The runs of these bytes that are neither fetched nor being fetched, as whole blocks. */
  List<Run> runs(long start, long end) {
    List<Run> runs = new ArrayList<>();
    int behind = blockBehind(end);
    int block = blockOf(start);
    while (block < behind) {
      if (isThere(block) || underWay.get(block)) {
        block++;
        continue;
      }
      int first = block;
      while (block < behind && !isThere(block) && !underWay.get(block)) {
        block++;
      }
      runs.add(new Run(first * blockBytes, Math.min(size, block * blockBytes)));
    }
    return runs;
  }

  /** Notes that a run of whole blocks is being fetched. */
  void begin(Run run) {
    underWay.set(blockOf(run.start), blockBehind(run.end));
  }

  /** Notes that a run of whole blocks is fetched. */
  void end(Run run) {
    int behind = blockBehind(run.end);
    for (int block = blockOf(run.start); block < behind; block++) {
      int word = block / Long.SIZE;
      there.setRelease(word, there.getPlain(word) | 1L << block);
    }
    underWay.clear(blockOf(run.start), behind);
  }

  /** The number of blocks. */
  int count() {
    return count;
  }

  /** Rounds an end offset up to a whole block. */
  long roundUp(long end) {
    return Math.min(size, Math.ceilDiv(end, blockBytes) * blockBytes);
  }
}
