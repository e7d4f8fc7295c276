package dev.pt2st.attest;

import dev.pt2st.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** A private key that statements are signed with. */
public final class SigningKey {
  private final PrivateKey key;
  private final SignatureKind kind;

  private SigningKey(SignatureKind.Known<PrivateKey> known) {
    this.key = known.key();
    this.kind = known.kind();
  }

  /**
   * Reads a key: ECDSA over P-256 or P-384, or Ed25519.
   *
   * @param file PKCS#8 in PEM, without a password
   * @throws MalformedException if the file holds no such key
   * @throws IOException if the file cannot be read
   */
  public static SigningKey read(Path file) throws MalformedException, IOException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(PemFile.read(file, "PRIVATE KEY"));
    return new SigningKey(SignatureKind.read(file, keys -> keys.generatePrivate(encoded)));
  }

  /** Signs a statement and wraps it in an envelope. */
  Envelope sign(byte[] statement) {
    try {
      Signature signature = Signature.getInstance(kind.algorithm);
      signature.initSign(key);
      signature.update(Envelope.message(Envelope.STATEMENT, statement));
      return new Envelope(statement, Envelope.STATEMENT, List.of(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was read signs", e);
    }
  }
}
