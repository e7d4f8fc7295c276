package dev.pt2st.io.http;

import java.time.Duration;

/** Waits; tests replace it. */
@FunctionalInterface
interface Pause {
  Pause REAL = Thread::sleep;

  void of(Duration time) throws InterruptedException;
}
