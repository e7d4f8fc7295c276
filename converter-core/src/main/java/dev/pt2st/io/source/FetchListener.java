package dev.pt2st.io.source;

import dev.pt2st.ResourceName;

/**
 * Is notified of reads from a {@link RangeSource}, on any of the reading threads. An exception from
 * it while a range arrives counts as a failure of the source.
 */
public interface FetchListener {
  /** Ignores everything. */
  FetchListener NONE = new FetchListener() {};

  /**
   * A whole source or a whole part of it is needed, such as compressed data. Called before any of
   * it is requested, and not if it was already fetched.
   *
   * @param source the name of the source
   * @param bytes how many of its bytes are not fetched yet
   */
  default void needsAll(ResourceName source, long bytes) {}

  /**
   * A range was fetched.
   *
   * @param source the name of the source
   * @param bytes the size of the range in bytes
   */
  default void fetched(ResourceName source, long bytes) {}
}
