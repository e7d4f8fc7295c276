package dev.pt2st.io;

import dev.pt2st.ResourceName;
import java.io.IOException;
import java.util.Objects;

/**
 * Bytes that are not on this disk cannot be had. The message is one sentence that names the source,
 * says what is wrong, and holds no token, no signature and no signed address.
 */
public final class SourceException extends IOException {
  private static final long serialVersionUID = 1;

  /** Why they cannot be had; a caller decides by it what to do next. */
  public enum Reason {
    /** No such repository, bucket, revision or file. */
    MISSING,
    /** The source wants credentials, or does not accept those that were given. */
    NOT_ALLOWED,
    /** The owner of the repository has to accept this user first. */
    GATED,
    /** The source was replaced by another version while it was read. */
    CHANGED,
    /** The source asks to wait for longer than this program waits. */
    RATE_LIMITED,
    /** A limit on requests or on bytes that the user set is reached. */
    OVER_BUDGET,
    /** A redirect or an answer that is not followed, such as one into a private network. */
    REFUSED,
    /** Something has this name already, and was not to be replaced. */
    EXISTS,
    /** The network, the server or its answer fails, also after some tries. */
    UNREADABLE
  }

  private final transient ResourceName source;
  private final Reason reason;

  public SourceException(ResourceName source, Reason reason, String what) {
    super(source + ": " + what);
    this.source = source;
    this.reason = Objects.requireNonNull(reason);
  }

  /** The source that failed. */
  public ResourceName source() {
    return source;
  }

  /** Why it failed. */
  public Reason reason() {
    return reason;
  }
}
