package dev.pt2st.convert;

import dev.pt2st.UnpackingListener;

/**
 * Receives the progress of a conversion. Several threads may call it at the same time. An exception
 * that it throws ends the work, and the call that does the work throws it.
 */
@FunctionalInterface
public interface ProgressListener extends UnpackingListener {
  /** Ignores all progress. */
  ProgressListener NONE = bytes -> {};

  /** Announces how many bytes will be written; called once, before the first {@link #written}. */
  default void planned(long bytes) {}

  /** Reports that this many more bytes of the output have been written. */
  void written(long bytes);
}
