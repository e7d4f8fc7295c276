package dev.pt2st.io;

import java.util.Objects;

/**
 * How a {@link RangeSource} is read.
 *
 * @param blockBytes the unit in which it is noted what is there; each request has whole blocks
 * @param readAhead how many bytes a read fetches at least that nothing was said of before; twice as
 *     many each time as long as reading goes straight on
 * @param gap two ranges with no more bytes than this between them are fetched as one; negative if
 *     nothing is fetched before it is read
 * @param pieceBytes the most bytes of one request
 * @param connections how many requests of one file may be under way at a time
 * @param listener hears of what is fetched
 */
public record FetchOptions(
    int blockBytes,
    int readAhead,
    long gap,
    int pieceBytes,
    int connections,
    FetchListener listener) {
  /** Small blocks, gaps that cost less than a request, and eight connections. */
  public static final FetchOptions STANDARD =
      new FetchOptions(4 << 10, 64 << 10, 256 << 10, 16 << 20, 8, FetchListener.NONE);

  public FetchOptions {
    if (blockBytes < 1 || readAhead < 1 || pieceBytes < blockBytes || connections < 1) {
      throw new IllegalArgumentException("sizes and counts are positive, a piece has a block");
    }
    Objects.requireNonNull(listener);
  }

  /** The same with another bound on the requests that are under way at a time. */
  public FetchOptions withConnections(int most) {
    return new FetchOptions(blockBytes, readAhead, gap, pieceBytes, most, listener);
  }

  /** The same with another listener. */
  public FetchOptions withListener(FetchListener other) {
    return new FetchOptions(blockBytes, readAhead, gap, pieceBytes, connections, other);
  }
}
