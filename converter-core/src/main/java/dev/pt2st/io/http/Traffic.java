package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a run has asked of servers and received from them, and how much of that the user allows.
 * Every attempt and every redirect counts as a request. It may be shared by several sessions.
 */
public final class Traffic {
  private final long maxRequests;
  private final long maxDownloaded;
  private final RequestGate gate;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong downloaded = new AtomicLong();
  private final AtomicLong uploaded = new AtomicLong();

  /** With the limits of a user; {@link Long#MAX_VALUE} is none. */
  public Traffic(long maxRequests, long maxDownloaded) {
    this(maxRequests, maxDownloaded, RequestGate.OPEN);
  }

  private Traffic(long maxRequests, long maxDownloaded, RequestGate gate) {
    this.maxRequests = maxRequests;
    this.maxDownloaded = maxDownloaded;
    this.gate = gate;
  }

  /** Without a limit of its own: each request waits at a gate. */
  public static Traffic through(RequestGate gate) {
    return new Traffic(Long.MAX_VALUE, Long.MAX_VALUE, gate);
  }

  /** Counts, and limits nothing. */
  public static Traffic unlimited() {
    return new Traffic(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Where each request waits before it is sent. */
  RequestGate gate() {
    return gate;
  }

  /** The requests that were sent. */
  public long requests() {
    return requests.get();
  }

  /** The bytes of bodies that were received. */
  public long downloaded() {
    return downloaded.get();
  }

  /** The bytes of bodies that were sent. */
  public long uploaded() {
    return uploaded.get();
  }

  /** Asks for a request more, for which this many bytes are expected. */
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
