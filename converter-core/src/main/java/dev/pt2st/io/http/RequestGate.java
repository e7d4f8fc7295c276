package dev.pt2st.io.http;

import java.io.IOException;

/**
 * Delays each request until it may be sent, for example for a rate limit shared by many machines.
 * Must be safe for use by several threads.
 */
@FunctionalInterface
public interface RequestGate {
  /** Delays nothing. */
  RequestGate OPEN = () -> {};

  /**
   * Waits until one more request may be sent.
   *
   * @throws IOException if that cannot be determined
   * @throws InterruptedException if the thread is interrupted
   */
  void pass() throws IOException, InterruptedException;
}
