package dev.pt2st.io.http;

import java.io.IOException;

/**
 * Where each request waits until it may be sent, such as for a limit of requests a second that many
 * machines share. May be used by many threads.
 */
@FunctionalInterface
public interface RequestGate {
  /** Lets everything pass at once. */
  RequestGate OPEN = () -> {};

  /**
   * Waits until one more request may be sent.
   *
   * @throws IOException if nobody can say when that is
   * @throws InterruptedException if the thread is interrupted
   */
  void pass() throws IOException, InterruptedException;
}
