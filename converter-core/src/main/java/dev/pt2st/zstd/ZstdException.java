package dev.pt2st.zstd;

import java.io.IOException;

/** The bytes are no zstd data, or of a kind that is not read. */
public final class ZstdException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** The bytes break the rules of the format. */
    MALFORMED,
    /** They follow the rules, and need a dictionary or a window that no array can hold. */
    UNSUPPORTED
  }

  private final Kind kind;

  ZstdException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static ZstdException malformed(String message) {
    return new ZstdException(Kind.MALFORMED, message);
  }

  public Kind kind() {
    return kind;
  }
}
