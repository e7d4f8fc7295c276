package dev.pt2st.convert;

import dev.pt2st.UnpackingListener;

/**
 * Hears how a conversion goes on. Called by several threads, also at once. What it throws ends the
 * work, and comes out of the call that does it.
 */
@FunctionalInterface
public interface ProgressListener extends UnpackingListener {
  /** Hears nothing. */
  ProgressListener NONE = bytes -> {};

  /** That many bytes will be written; said once, before the first is. */
  default void planned(long bytes) {}

  /** That many more bytes of the output have been written. */
  void written(long bytes);
}
