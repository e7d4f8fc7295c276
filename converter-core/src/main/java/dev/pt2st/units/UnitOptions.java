package dev.pt2st.units;

import dev.pt2st.Policy;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.text.Sha256;

/** What the work on a unit goes by, with a form as JSON from which it can be made again. */
public final class UnitOptions {
  /** The built-in list, the standard limits, and every other default. */
  public static final UnitOptions STANDARD = of(ConvertOptions.STANDARD, TensorBytes.SKIP);

  /** What stands in place of the digest of a policy that accepts nothing of its own. */
  public static final String NO_POLICY = "none";

  private final ConvertOptions convert;
  private final TensorBytes tensorBytes;
  private final String json;
  private final String sha256;
  private final String policySha256;

  private UnitOptions(ConvertOptions convert, TensorBytes tensorBytes) {
    this.convert = convert;
    this.tensorBytes = tensorBytes;
    this.json = OptionsJson.write(convert, tensorBytes);
    this.sha256 = Sha256.hex(json);
    this.policySha256 = digest(convert.read().policy());
  }

  /** Of a conversion, of a comparison or of a digest. */
  public static UnitOptions of(ConvertOptions options) {
    return of(options, TensorBytes.SKIP);
  }

  /** Of a scan. */
  public static UnitOptions of(ScanOptions options) {
    return of(ConvertOptions.STANDARD.withRead(options.read()), options.tensorBytes());
  }

  static UnitOptions of(ConvertOptions convert, TensorBytes tensorBytes) {
    return new UnitOptions(convert, tensorBytes);
  }

  /**
   * Those of an object of JSON.
   *
   * @param json as {@link #json} gives it
   * @throws IllegalArgumentException if it is none, with the reason
   */
  public static UnitOptions ofJson(String json) {
    return OptionsJson.read(LineObject.of(json));
  }

  /** What a conversion, a comparison or a digest goes by. */
  public ConvertOptions convert() {
    return convert;
  }

  /** What a scan goes by. */
  public ScanOptions scan() {
    return new ScanOptions(convert.read(), tensorBytes);
  }

  /** An object of JSON without what is as usual: the same text for the same options. */
  public String json() {
    return json;
  }

  /** The SHA-256 of {@link #json} in hexadecimal, which covers the policy. */
  public String sha256() {
    return sha256;
  }

  /**
   * The SHA-256 of the policy's lines, each with a line feed behind it, in hexadecimal; {@value
   * #NO_POLICY} if it has none.
   */
  public String policySha256() {
    return policySha256;
  }

  private static String digest(Policy policy) {
    return policy.lines().isEmpty() ? NO_POLICY : Sha256.hexOfLines(policy.lines());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnitOptions options && options.json.equals(json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json;
  }
}
