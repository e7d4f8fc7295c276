package dev.pt2st.attest;

import dev.pt2st.convert.OutputStatement;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the statement about a conversion: an in-toto statement as JSON, signed if there is a key.
 *
 * <pre>{@code
 * WriteOptions how = WriteOptions.STANDARD.withStatement(
 *     Path.of("out.safetensors.intoto.json"), new Attestation("1.0", Tensors.SUMMED_UP, null));
 * }</pre>
 */
public final class Attestation implements OutputStatement {
  /** The largest statement that is written or read, in bytes. */
  static final int LARGEST = 64 << 20;

  private final String version;
  private final Tensors tensors;
  private final @Nullable SigningKey key;

  /** How a statement covers the tensors. */
  public enum Tensors {
    /** By one digest of all tensors. */
    SUMMED_UP,
    /** By one digest of all tensors and a digest of each. */
    EACH
  }

  /**
   * Makes statements; one instance may be used for any number of conversions.
   *
   * @param version of the program that converts
   * @param key the key that signs each statement; null to leave them unsigned
   */
  public Attestation(String version, Tensors tensors, @Nullable SigningKey key) {
    this.version = version;
    this.tensors = tensors;
    this.key = key;
  }

  @Override
  public byte[] of(Made made) throws IOException {
    Statement statement = StatementMaker.of(made, version, tensors == Tensors.EACH);
    byte[] bytes = StrictJson.bytes(StatementJson.write(statement));
    if (bytes.length > LARGEST / 2) {
      // The base64 in an envelope makes it a third larger.
      throw new IOException(
          "the statement would have "
              + bytes.length
              + " bytes, more than are read"
              + (tensors == Tensors.EACH ? ": leave the digests of single tensors out" : ""));
    }
    return key == null ? bytes : StrictJson.bytes(key.sign(bytes).write());
  }
}
