package dev.pt2st.io.source;

import dev.pt2st.io.FileGuard;
import java.io.IOException;
import java.util.Objects;

/**
 * Carries the failure of a {@link RangeSource} out of code that reads bytes and declares no {@code
 * IOException}. It is an error, like the one that the JVM throws for a lost mapped page, so that
 * handlers for malformed bytes do not catch it. {@link FileGuard} unwraps the failure.
 */
public final class SourceFault extends Error {
  private static final long serialVersionUID = 1;

  private final IOException failure;

  public SourceFault(IOException failure) {
    super(failure.getMessage(), failure);
    this.failure = Objects.requireNonNull(failure);
  }

  /** Why the bytes cannot be read. */
  public IOException failure() {
    return failure;
  }
}
