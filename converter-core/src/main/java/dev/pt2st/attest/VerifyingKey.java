package dev.pt2st.attest;

import dev.pt2st.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;

/** A public key that checks the signatures of statements. */
public final class VerifyingKey {
  private final PublicKey key;
  private final SignatureKind kind;

  private VerifyingKey(SignatureKind.Known<PublicKey> known) {
    this.key = known.key();
    this.kind = known.kind();
  }

  /**
   * Reads a key: ECDSA over P-256 or P-384, or Ed25519.
   *
   * @param file SubjectPublicKeyInfo in PEM
   * @throws MalformedException if the file holds no such key
   * @throws IOException if the file cannot be read
   */
  public static VerifyingKey read(Path file) throws MalformedException, IOException {
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(PemFile.read(file, "PUBLIC KEY"));
    return new VerifyingKey(SignatureKind.read(file, keys -> keys.generatePublic(encoded)));
  }

  /**
   * Whether a signature was made with the private half of this key. An ECDSA signature may be in
   * DER, or the concatenation of its two numbers.
   */
  boolean verifies(byte[] message, byte[] bytes) {
    return verifies(message, bytes, kind.algorithm)
        || (kind.rawBytes > 0
            && bytes.length == kind.rawBytes
            && verifies(message, bytes, kind.algorithm + "inP1363Format"));
  }

  private boolean verifies(byte[] message, byte[] bytes, String algorithm) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(bytes);
    } catch (SignatureException | InvalidKeyException e) {
      return false; // not in the form of a signature of this algorithm
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has these algorithms", e);
    }
  }
}
