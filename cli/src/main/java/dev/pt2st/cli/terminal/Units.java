package dev.pt2st.cli.terminal;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
  private static final String[] PREFIXES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Units() {}

  /** Bytes with a decimal prefix: "512 B", "2.5 GB". */
  public static String bytes(double bytes) {
    double value = bytes;
    int prefix = 0;
    while (value >= 999.5 && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    String format = prefix == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, value, PREFIXES[prefix]);
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
}
