package dev.pt2st.io.source;

import java.util.Objects;

/**
 * How a {@link RangeSource} is read.
 *
 * @param blockBytes the unit of fetching: each request is for whole blocks
 * @param readAhead the minimum number of bytes that an unannounced read fetches; it doubles each
 *     time while reading is sequential
 * @param gap two ranges with at most this many bytes between them are fetched as one; negative to
 *     fetch nothing before it is read
 * @param pieceBytes the maximum number of bytes of one request
 * @param connections the maximum number of concurrent requests for one file
 * @param listener is notified of fetches
 */
public record FetchOptions(
    int blockBytes,
    int readAhead,
    long gap,
    int pieceBytes,
    int connections,
    FetchListener listener) {
  /** The defaults: small blocks, gaps that cost less than a request, and eight connections. */
  public static final FetchOptions STANDARD =
      new FetchOptions(4 << 10, 64 << 10, 256 << 10, 16 << 20, 8, FetchListener.NONE);

  public FetchOptions {
    if (blockBytes < 1 || readAhead < 1 || pieceBytes < blockBytes || connections < 1) {
      throw new IllegalArgumentException("sizes and counts are positive, a piece has a block");
    }
    Objects.requireNonNull(listener);
  }

  /** These options with another maximum of concurrent requests. */
  public FetchOptions withConnections(int most) {
    return new FetchOptions(blockBytes, readAhead, gap, pieceBytes, most, listener);
  }

  /** These options with another listener. */
  public FetchOptions withListener(FetchListener other) {
    return new FetchOptions(blockBytes, readAhead, gap, pieceBytes, connections, other);
  }
}
