package dev.pt2st.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.attest.StatementResult.Signature;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures are those of DSSE, and only the given key's is believed. */
class EnvelopeTest {
  @TempDir Path temporary;

  private static KeyPair keys(String kind) throws Exception {
    boolean isCurve = kind.startsWith("secp");
    KeyPairGenerator generator = KeyPairGenerator.getInstance(isCurve ? "EC" : kind);
    if (isCurve) {
      generator.initialize(new ECGenParameterSpec(kind));
    }
    return generator.generateKeyPair();
  }

  private Path pem(String label, Key key) throws Exception {
    return pem(label, key.getEncoded());
  }

  private Path pem(String label, byte[] key) throws Exception {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    return Files.writeString(
        Files.createTempFile(temporary, "key", ".pem"),
        "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }

  private SigningKey signing(KeyPair keys) throws Exception {
    return SigningKey.read(pem("PRIVATE KEY", keys.getPrivate()));
  }

  private VerifyingKey verifying(KeyPair keys) throws Exception {
    return VerifyingKey.read(pem("PUBLIC KEY", keys.getPublic()));
  }

  private Attested attested(@Nullable SigningKey key) throws Exception {
    return Attested.of(
        Attested.sample("zip_basic.pt"),
        Files.createTempDirectory(temporary, "out"),
        ConvertOptions.STANDARD,
        key);
  }

  private static StatementResult check(Attested made, @Nullable VerifyingKey key) throws Exception {
    return StatementCheck.read(made.statement(), key, Attested.VERSION, Set.of())
        .compare(made.source(), made.output(), Limits.STANDARD, ProgressListener.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "Ed25519"})
  void aStatementIsSignedAndTheSignatureChecked(String kind) throws Exception {
    KeyPair keys = keys(kind);
    Attested made = attested(signing(keys));
    assertThat(check(made, verifying(keys)).signature()).isEqualTo(Signature.GOOD);
    assertThat(check(made, null).signature()).isEqualTo(Signature.UNCHECKED);
    StatementResult stranger = check(made, verifying(keys(kind)));
    assertThat(stranger.signature()).isEqualTo(Signature.BAD);
    assertThat(stranger.differences()).isEmpty();
    assertThat(stranger.holds()).isFalse();
    for (String other : new String[] {"secp256r1", "secp384r1", "Ed25519"}) {
      if (!other.equals(kind)) {
        assertThat(check(made, verifying(keys(other))).signature()).isEqualTo(Signature.BAD);
      }
    }
  }

  @Test
  void aStatementWithoutASignatureDoesNotHoldIfOneIsAskedFor() throws Exception {
    Attested made = attested(null);
    assertThat(check(made, null).signature()).isEqualTo(Signature.NONE);
    assertThat(check(made, verifying(keys("Ed25519"))).holds()).isFalse();
  }

  @Test
  void anAlteredPayloadOrSignatureIsFound() throws Exception {
    KeyPair keys = keys("Ed25519");
    Attested made = attested(signing(keys));
    JsonObject envelope =
        JsonParser.parseString(new String(made.bytes(), StandardCharsets.UTF_8)).getAsJsonObject();
    byte[] payload = Base64.getDecoder().decode(envelope.get("payload").getAsString());
    String other =
        new String(payload, StandardCharsets.UTF_8).replace("\"none\"", "\"everyElement\"");
    JsonObject altered = envelope.deepCopy();
    altered.addProperty(
        "payload", Base64.getEncoder().encodeToString(other.getBytes(StandardCharsets.UTF_8)));
    made.saying(altered.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(check(made, verifying(keys)).signature()).isEqualTo(Signature.BAD);
    JsonObject cut = envelope.deepCopy();
    JsonObject signature = cut.getAsJsonArray("signatures").get(0).getAsJsonObject();
    signature.addProperty("sig", signature.get("sig").getAsString().substring(0, 8));
    made.saying(cut.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(check(made, verifying(keys)).signature()).isEqualTo(Signature.BAD);
  }

  /** Of several signatures one by the key is enough, in either alphabet of base64. */
  @Test
  void severalMaySign() throws Exception {
    KeyPair keys = keys("secp256r1");
    Attested made = attested(signing(keys));
    JsonObject envelope =
        JsonParser.parseString(new String(made.bytes(), StandardCharsets.UTF_8)).getAsJsonObject();
    JsonObject stranger = new JsonObject();
    stranger.addProperty("keyid", "");
    stranger.addProperty("sig", "_-8=");
    envelope.getAsJsonArray("signatures").add(stranger);
    made.saying(envelope.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(check(made, verifying(keys)).signature()).isEqualTo(Signature.GOOD);
    for (int i = 0; i < 20; i++) {
      envelope.getAsJsonArray("signatures").add(stranger);
    }
    made.saying(envelope.toString().getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> check(made, verifying(keys))).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"text/plain\",\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payload\":\"?\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{}]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"x\":1,\"signatures\":[{\"sig\":\"AA==\"}]}"
      })
  void whatIsNoEnvelopeOfAStatementIsRefused(String text) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    assertThat(Envelope.isOne(json)).isTrue();
    assertThatThrownBy(() -> Envelope.read(json, Place.of(Path.of("f"))))
        .isInstanceOf(MalformedException.class);
  }

  /** The test vector of {@code protocol.md} in secure-systems-lab/dsse. */
  @Test
  void theVectorOfTheProtocolIsVerified() throws Exception {
    byte[] message =
        Envelope.message(
            "http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(message, StandardCharsets.UTF_8))
        .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(
                "46950820868899156662930047687818585632848591499744589407958293238635476079160"),
            new BigInteger(
                "5640078356564379163099075877009565129882514886557779369047442380624545832820"));
    VerifyingKey key =
        VerifyingKey.read(
            pem(
                "PUBLIC KEY",
                KeyFactory.getInstance("EC")
                    .generatePublic(
                        new ECPublicKeySpec(
                            point, curve.getParameterSpec(ECParameterSpec.class)))));
    byte[] signature =
        Base64.getDecoder()
            .decode(
                "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUj"
                    + "W2JIZA==");
    assertThat(key.verifies(message, signature)).isTrue();
    signature[0] ^= 1;
    assertThat(key.verifies(message, signature)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp521r1", "RSA", "Ed448"})
  void otherKeysAreRefused(String kind) throws Exception {
    KeyPair keys = keys(kind);
    assertThatThrownBy(() -> signing(keys)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> verifying(keys)).isInstanceOf(MalformedException.class);
  }

  @Test
  void whatIsNoKeyIsRefused() throws Exception {
    KeyPair keys = keys("Ed25519");
    Path secret = pem("PRIVATE KEY", keys.getPrivate());
    assertThatThrownBy(() -> VerifyingKey.read(secret))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("a PUBLIC KEY");
    Path encrypted = pem("ENCRYPTED PRIVATE KEY", new byte[48]);
    assertThatThrownBy(() -> SigningKey.read(encrypted))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("without a password");
    Path junk = pem("PRIVATE KEY", new byte[48]);
    assertThatThrownBy(() -> SigningKey.read(junk)).isInstanceOf(MalformedException.class);
    Path two =
        Files.writeString(
            temporary.resolve("two"), Files.readString(secret) + Files.readString(secret));
    assertThatThrownBy(() -> SigningKey.read(two)).isInstanceOf(MalformedException.class);
    Path large = Files.write(temporary.resolve("large"), new byte[1 << 20]);
    assertThatThrownBy(() -> SigningKey.read(large)).isInstanceOf(MalformedException.class);
  }
}
