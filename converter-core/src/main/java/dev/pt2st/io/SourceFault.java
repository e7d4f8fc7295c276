package dev.pt2st.io;

import java.io.IOException;
import java.util.Objects;

/**
 * Carries the failure of a {@link RangeSource} out of code that reads bytes and knows no {@code
 * IOException}. It is an error, as the one that the JVM throws for a mapped page that is gone, so
 * that no handler for bad bytes takes it for what the bytes of a file cause. {@link FileGuard} puts
 * the failure itself in its place.
 */
public final class SourceFault extends Error {
  private static final long serialVersionUID = 1;

  private final IOException failure;

  SourceFault(IOException failure) {
    super(failure.getMessage(), failure);
    this.failure = Objects.requireNonNull(failure);
  }

  /** Why the bytes cannot be had. */
  public IOException failure() {
    return failure;
  }
}
