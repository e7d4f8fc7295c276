package dev.pt2st.units;

import dev.pt2st.Policy;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.text.Sha256;

/** The options of the work on a unit, with a JSON form that can be read back. */
public final class UnitOptions {
  /** The built-in allowlist, the standard limits, and all other defaults. */
  public static final UnitOptions STANDARD = of(ConvertOptions.STANDARD, TensorBytes.SKIP);

  /** Replaces the digest of a policy that accepts no globals beyond the allowlist. */
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

  /** Options of a conversion, comparison or digest. */
  public static UnitOptions of(ConvertOptions options) {
    return of(options, TensorBytes.SKIP);
  }

  /** Options of a scan. */
  public static UnitOptions of(ScanOptions options) {
    return of(ConvertOptions.STANDARD.withRead(options.read()), options.tensorBytes());
  }

  static UnitOptions of(ConvertOptions convert, TensorBytes tensorBytes) {
    return new UnitOptions(convert, tensorBytes);
  }

  /**
   * Reads the options of a JSON object.
   *
   * @param json as {@link #json} gives it
   * @throws IllegalArgumentException if it is invalid, with the reason
   */
  public static UnitOptions ofJson(String json) {
    return OptionsJson.read(LineObject.of(json));
  }

  /** The options of a conversion, comparison or digest. */
  public ConvertOptions convert() {
    return convert;
  }

  /** The options of a scan. */
  public ScanOptions scan() {
    return new ScanOptions(convert.read(), tensorBytes);
  }

  /** A JSON object without default values: the same text for the same options. */
  public String json() {
    return json;
  }

  /** The SHA-256 of {@link #json} in hexadecimal, which covers the policy. */
  public String sha256() {
    return sha256;
  }

  /**
   * The SHA-256 of the policy's lines, each followed by a line feed, in hexadecimal; {@value
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
