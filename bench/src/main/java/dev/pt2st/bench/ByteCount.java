package dev.pt2st.bench;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads amounts of bytes as people write them: {@code 2.5GB}, {@code 64 MiB}, {@code 1000}. */
final class ByteCount {
  private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]i?)?B?");

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
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40);

  private ByteCount() {}

  /**
   * The amount in bytes; a fraction of a byte is dropped.
   *
   * @throws IllegalArgumentException if the text is no such amount
   */
  static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no amount of bytes; write one like 2.5GB, 64MiB or 1000");
    }
    String unit = matcher.group(2);
    long factor = unit == null ? 1 : FACTORS.getOrDefault(unit, 1L);
    return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(factor)).longValue();
  }
}
