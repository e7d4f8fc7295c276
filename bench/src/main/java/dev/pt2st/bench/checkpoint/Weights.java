package dev.pt2st.bench.checkpoint;

import java.nio.ByteBuffer;

/**
 * The contents of a storage: small pseudo-random numbers that can be made at any place, gigabytes
 * in a second. The generator is SplitMix64, whose state is a plain counter.
 */
final class Weights {
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private final long start;
  private final long mask;

  /**
   * @param tensor tells the storages of one seed apart
   */
  Weights(long seed, int tensor, ElementType type) {
    this.start = mix(mix(seed) + tensor);
    this.mask = type.smallNumbers();
  }

  /** The 8 bytes at place {@code 8 * index}, as a little-endian number. */
  long word(long index) {
    return mix(start + index * STEP) & mask;
  }

  /**
   * Fills a buffer from its first byte to its limit.
   *
   * @param buffer little-endian, with room for whole words
   * @param position of its first byte in the storage; a multiple of 8
   */
  void fill(ByteBuffer buffer, long position) {
    long word = position / Long.BYTES;
    for (int at = 0; at < buffer.limit(); at += Long.BYTES) {
      buffer.putLong(at, word(word++));
    }
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
