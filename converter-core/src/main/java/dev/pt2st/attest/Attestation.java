package dev.pt2st.attest;

import dev.pt2st.convert.OutputStatement;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the statement of a conversion: an in-toto statement as JSON, signed if there is a key.
 *
 * <pre>{@code
 * WriteOptions how = WriteOptions.STANDARD.withStatement(
 *     Path.of("out.safetensors.intoto.json"), new Attestation("1.0", Tensors.SUMMED_UP, null));
 * }</pre>
 */
public final class Attestation implements OutputStatement {
  /** More is neither written nor read. */
  static final int LARGEST = 64 << 20;

  private final String version;
  private final Tensors tensors;
  private final @Nullable SigningKey key;

  /** What a statement says of single tensors. */
  public enum Tensors {
    /** One digest stands for all of them. */
    SUMMED_UP,
    /** Each has a digest of its own too. */
    EACH
  }

  /**
   * A maker of statements, good for any number of conversions.
   *
   * @param version of the program that converts
   * @param key signs each; null for statements without a signature
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
      // As an envelope it is larger by a third.
      throw new IOException(
          "the statement would have "
              + bytes.length
              + " bytes, which nobody would read"
              + (tensors == Tensors.EACH ? ": leave the digests of single tensors out" : ""));
    }
    return key == null ? bytes : StrictJson.bytes(key.sign(bytes).write());
  }
}
