package dev.pt2st;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes amounts of bytes as people do: {@code 2.5GB}, {@code 64 MiB}, {@code 1000}. A kB
 * has 1000 bytes and a KiB 1024. Case is ignored, so "gb" means gigabytes, not gigabits.
 */
public final class ByteCount {
  private static final Pattern TEXT =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]I?)?B?", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Long> FACTORS =
      Map.of(
          "K",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L,
          "KI",
          1L << 10,
          "MI",
          1L << 20,
          "GI",
          1L << 30,
          "TI",
          1L << 40);

  private static final String[] PREFIXES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private ByteCount() {}

  /** An amount with a decimal prefix: "512 B", "2.5 GB". */
  public static String shown(long bytes) {
    return shown((double) bytes);
  }

  /** The same for an amount that need not be whole, such as a mean or a rate. */
  public static String shown(double bytes) {
    double value = bytes;
    int prefix = 0;
    while (value >= 999.5 && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    String format = prefix == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, value, PREFIXES[prefix]);
  }

  /**
   * The amount in bytes; a fraction of a byte is dropped.
   *
   * @throws IllegalArgumentException if the text is not an amount, or one larger than any file
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an amount of bytes; write one like 2.5GB, 64MiB or 1000");
    }
    String unit = matcher.group(2);
    long factor = unit == null ? 1 : FACTORS.getOrDefault(unit.toUpperCase(Locale.ROOT), 1L);
    BigDecimal bytes =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(factor))
            .setScale(0, RoundingMode.DOWN);
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("\"" + text + "\" is more than any file can have");
    }
    return bytes.longValueExact();
  }
}
