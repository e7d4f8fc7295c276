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

/** The supported signature algorithms, each identified by the type of its keys. */
enum SignatureKind {
  /** ECDSA over P-256 with SHA-256. */
  P256("SHA256withECDSA", "secp256r1", 64),
  /** ECDSA over P-384 with SHA-384. */
  P384("SHA384withECDSA", "secp384r1", 96),
  /** Ed25519. */
  ED25519("Ed25519", "", 0);

  /** The JCA names of the key types. */
  private static final List<String> KEYS = List.of("EC", "Ed25519");

  /** The JCA name of the algorithm, whose ECDSA signatures are in DER. */
  final String algorithm;

  private final String curve;

  /** Length of an ECDSA signature in bytes as the concatenation of its two numbers. */
  final int rawBytes;

  SignatureKind(String algorithm, String curve, int rawBytes) {
    this.algorithm = algorithm;
    this.curve = curve;
    this.rawBytes = rawBytes;
  }

  /** A key and its algorithm. */
  record Known<K>(K key, SignatureKind kind) {}

  /** Decodes a key from the bytes of a file. */
  @FunctionalInterface
  interface Decoder<K> {
    K decode(KeyFactory keys) throws InvalidKeySpecException;
  }

  /**
   * Reads the key in a file.
   *
   * @throws MalformedException if its algorithm is not supported
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
        // The key has another type.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has these algorithms", e);
      }
    }
    throw PemFile.wrong(file, "its key is of another kind");
  }

  /** The algorithm of a key; null if it is not supported. */
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
