package dev.pt2st.cli.terminal;

import dev.pt2st.ByteCount;
import java.time.Duration;
import java.util.Locale;

/** Formats numbers for people. */
public final class Units {
  private Units() {}

  /** Bytes with a decimal prefix: "512 B", "2.5 GB". */
  public static String bytes(double bytes) {
    return ByteCount.shown(bytes);
  }

  /** "0.05 s", "12.3 s", "2 min 5 s". */
  public static String seconds(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (seconds >= 99.95) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return String.format(Locale.ROOT, seconds < 0.995 ? "%.2f s" : "%.1f s", seconds);
  }

  /** "1 tensor", "2 tensors". */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** "1,234,567". */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
