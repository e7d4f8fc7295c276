package dev.pt2st.attest;

import dev.pt2st.MalformedException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The algorithms of signatures that are known here, each by the keys that it has. */
enum SignatureKind {
  /** ECDSA over P-256 with SHA-256. */
  P256("SHA256withECDSA", "secp256r1", 64),
  /** ECDSA over P-384 with SHA-384. */
  P384("SHA384withECDSA", "secp384r1", 96),
  /** Ed25519. */
  ED25519("Ed25519", "", 0);

  /** How the platform calls the kinds of keys. */
  private static final List<String> KEYS = List.of("EC", "Ed25519");

  /** How the platform calls the algorithm; a signature of ECDSA is in DER then. */
  final String algorithm;

  private final String curve;

  /** How long a signature of ECDSA is as two numbers one behind the other. */
  final int rawBytes;

  SignatureKind(String algorithm, String curve, int rawBytes) {
    this.algorithm = algorithm;
    this.curve = curve;
    this.rawBytes = rawBytes;
  }

  /** A key, and the algorithm that it is for. */
  record Known<K>(K key, SignatureKind kind) {}

  /** Makes a key of what a file holds. */
  @FunctionalInterface
  interface Decoder<K> {
    K decode(KeyFactory keys) throws InvalidKeySpecException;
  }

  /**
   * The key of a file.
   *
   * @throws MalformedException if it is of no algorithm that is known here
   */
  static <K extends Key> Known<K> read(Path file, Decoder<K> decoder) throws MalformedException {
    for (String name : KEYS) {
      try {
        K key = decoder.decode(KeyFactory.getInstance(name));
        SignatureKind kind = of(key);
        if (kind != null) {
          return new Known<>(key, kind);
        }
      } catch (InvalidKeySpecException e) {
        // A key of another kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has these algorithms", e);
      }
    }
    throw PemFile.wrong(file, "its key is of another kind");
  }

  /** That of a key; null if none is known for it. */
  private static @Nullable SignatureKind of(Key key) throws GeneralSecurityException {
    if (key instanceof EdECKey edwards) {
      return edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName())
          ? ED25519
          : null;
    }
    if (key instanceof ECKey elliptic) {
      for (SignatureKind kind : values()) {
        if (!kind.curve.isEmpty() && kind.isCurveOf(elliptic)) {
          return kind;
        }
      }
    }
    return null;
  }

  private boolean isCurveOf(ECKey key) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    ECParameterSpec known = parameters.getParameterSpec(ECParameterSpec.class);
    ECParameterSpec own = key.getParams();
    return own.getCurve().equals(known.getCurve())
        && own.getGenerator().equals(known.getGenerator())
        && own.getOrder().equals(known.getOrder())
        && own.getCofactor() == known.getCofactor();
  }
}
