package dev.pt2st.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * XXH64 with the seed 0, of the bytes as they come (the xxHash specification, version 0.1.1): the
 * checksum of a frame.
 */
final class XxHash64 {
  private static final long PRIME_1 = 0x9e3779b185ebca87L;
  private static final long PRIME_2 = 0xc2b2ae3d27d4eb4fL;
  private static final long PRIME_3 = 0x165667b19e3779f9L;
  private static final long PRIME_4 = 0x85ebca77c2b2ae63L;
  private static final long PRIME_5 = 0x27d4eb2f165667c5L;

  /** The sum of the first two, which wraps around. */
  private static final long PRIMES_1_2 = 0x60ea27eeadc0b5d6L;

  private static final int STRIPE = 32;

  private final ByteBuffer rest =
      ByteBuffer.allocate(STRIPE).order(ByteOrder.LITTLE_ENDIAN);
  private long a;
  private long b;
  private long c;
  private long d;
  private long length;

  XxHash64() {
    reset();
  }

  void reset() {
    a = PRIMES_1_2;
    b = PRIME_2;
    c = 0;
    d = -PRIME_1;
    length = 0;
    rest.clear();
  }

  /**
   * Adds bytes.
   *
   * @param bytes little-endian
   */
  void update(ByteBuffer bytes, int from, int to) {
    length += to - from;
    int at = from;
    if (rest.position() > 0) {
      int taken = Math.min(rest.remaining(), to - at);
      rest.put(rest.position(), bytes, at, taken).position(rest.position() + taken);
      at += taken;
      if (rest.hasRemaining()) {
        return;
      }
      stripes(rest, 0, STRIPE);
      rest.clear();
    }
    int whole = (to - at) / STRIPE * STRIPE;
    stripes(bytes, at, at + whole);
    at += whole;
    rest.put(0, bytes, at, to - at).position(to - at);
  }

  private void stripes(ByteBuffer bytes, int from, int to) {
    long laneA = a;
    long laneB = b;
    long laneC = c;
    long laneD = d;
    for (int at = from; at < to; at += STRIPE) {
      laneA = round(laneA, bytes.getLong(at));
      laneB = round(laneB, bytes.getLong(at + 8));
      laneC = round(laneC, bytes.getLong(at + 16));
      laneD = round(laneD, bytes.getLong(at + 24));
    }
    a = laneA;
    b = laneB;
    c = laneC;
    d = laneD;
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  /** The hash of all bytes since the last reset. */
  long value() {
    long hash = PRIME_5;
    if (length >= STRIPE) {
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    }
    hash += length;
    int at = 0;
    int end = rest.position();
    for (; at + 8 <= end; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, rest.getLong(at)), 27) * PRIME_1 + PRIME_4;
    }
    if (at + 4 <= end) {
      hash ^= (rest.getInt(at) & 0xffff_ffffL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < end; at++) {
      hash = Long.rotateLeft(hash ^ (rest.get(at) & 0xff) * PRIME_5, 11) * PRIME_1;
    }
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }
}
