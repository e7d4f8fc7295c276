package dev.pt2st.io.http;

import java.time.Duration;

/** Waits; a test waits without the time. */
@FunctionalInterface
interface Pause {
  Pause REAL = Thread::sleep;

  void of(Duration time) throws InterruptedException;
}
