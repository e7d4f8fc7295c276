package dev.pt2st.io;

import dev.pt2st.ResourceName;

/**
 * Hears what is read from a {@link RangeSource}, from any of the threads that read. What it throws
 * while a range comes ends the reading as a failure of the source.
 */
public interface FetchListener {
  /** Hears nothing. */
  FetchListener NONE = new FetchListener() {};

  /**
   * All of a source, or of what lies in it, is needed, such as of compressed data. Called before
   * any of it is asked for, and not for a source that is there already.
   *
   * @param source what messages call it
   * @param bytes how many of its bytes are not there yet
   */
  default void needsAll(ResourceName source, long bytes) {}

  /**
   * A range has come.
   *
   * @param source what messages call it
   * @param bytes how many
   */
  default void fetched(ResourceName source, long bytes) {}
}
