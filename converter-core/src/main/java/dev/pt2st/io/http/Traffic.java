package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the requests and bytes of a run and enforces the user's limits. Every attempt and every
 * redirect counts as a request. Several sessions may share one object.
 */
public final class Traffic {
  private final long maxRequests;
  private final long maxDownloaded;
  private final RequestGate gate;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong downloaded = new AtomicLong();
  private final AtomicLong uploaded = new AtomicLong();

  /** Traffic with the user's limits; {@link Long#MAX_VALUE} means no limit. */
  public Traffic(long maxRequests, long maxDownloaded) {
    this(maxRequests, maxDownloaded, RequestGate.OPEN);
  }

  private Traffic(long maxRequests, long maxDownloaded, RequestGate gate) {
    this.maxRequests = maxRequests;
    this.maxDownloaded = maxDownloaded;
    this.gate = gate;
  }

  /** Traffic without a limit of its own, in which each request waits at a gate. */
  public static Traffic through(RequestGate gate) {
    return new Traffic(Long.MAX_VALUE, Long.MAX_VALUE, gate);
  }

  /** Traffic that is counted but not limited. */
  public static Traffic unlimited() {
    return new Traffic(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** The gate at which each request waits before it is sent. */
  RequestGate gate() {
    return gate;
  }

  /** The number of requests sent. */
  public long requests() {
    return requests.get();
  }

  /** The bytes of bodies received. */
  public long downloaded() {
    return downloaded.get();
  }

  /** The bytes of bodies sent. */
  public long uploaded() {
    return uploaded.get();
  }

  /** Counts one more request, with this many expected bytes, if the limits allow it. */
  void request(ResourceName source, long expected) throws SourceException {
    if (expected > maxDownloaded - downloaded.get()) {
      throw overBytes(source);
    }
    if (requests.getAndUpdate(n -> n < maxRequests ? n + 1 : n) >= maxRequests) {
      throw new SourceException(
          source,
          Reason.OVER_BUDGET,
          String.format(Locale.ROOT, "it takes more than the %,d requests allowed", maxRequests));
    }
  }

  void received(ResourceName source, int bytes) throws SourceException {
    if (downloaded.addAndGet(bytes) > maxDownloaded) {
      throw overBytes(source);
    }
  }

  void sent(long bytes) {
    uploaded.addAndGet(bytes);
  }

  private SourceException overBytes(ResourceName source) {
    return new SourceException(
        source,
        Reason.OVER_BUDGET,
        String.format(
            Locale.ROOT, "it takes more than the %,d bytes of download allowed", maxDownloaded));
  }
}
