package dev.pt2st.units;

import dev.pt2st.text.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A digest of everything that a result depends on: the file and its version, the task, its options
 * and policy, and the version of the program. It is small, so that a million keys need little
 * memory.
 *
 * @param high the first half
 * @param low the second half
 */
public record UnitKey(long high, long low) implements Comparable<UnitKey> {
  static UnitKey of(
      String uri, String version, UnitTask task, String target, UnitOptions options, String tool) {
    MessageDigest digest = Sha256.start();
    for (String part : new String[] {uri, version, task.word(), target, options.sha256(), tool}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      // With the lengths as prefixes, no two lists of texts give the same bytes.
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    ByteBuffer sum = ByteBuffer.wrap(digest.digest());
    return new UnitKey(sum.getLong(), sum.getLong());
  }

  @Override
  public int compareTo(UnitKey other) {
    int first = Long.compareUnsigned(high, other.high);
    return first != 0 ? first : Long.compareUnsigned(low, other.low);
  }

  /** The key in hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
