package dev.pt2st.io.source;

import dev.pt2st.ResourceName;
import java.io.IOException;
import java.util.Objects;

/**
 * A remote source cannot be read or written. The message is one sentence that names the source and
 * says what is wrong. It contains no token, no signature and no signed address.
 */
public final class SourceException extends IOException {
  private static final long serialVersionUID = 1;

  /** The kind of failure, by which a caller decides what to do next. */
  public enum Reason {
    /** No such repository, bucket, revision or file. */
    MISSING,
    /** The source requires credentials, or does not accept those given. */
    NOT_ALLOWED,
    /** The owner of the repository must grant access to this user first. */
    GATED,
    /** The source was replaced by another version while it was read. */
    CHANGED,
    /** The source asks for a longer wait than this program allows. */
    RATE_LIMITED,
    /** The user's limit on requests or on bytes is reached. */
    OVER_BUDGET,
    /** A redirect or a response was not followed, for example into a private network. */
    REFUSED,
    /** Something has this name already and must not be replaced. */
    EXISTS,
    /** The network, the server or its response failed, even after retries. */
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
