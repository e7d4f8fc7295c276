package dev.pt2st.attest;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A payload with signatures over it and its type, as DSSE version 1 defines it ({@code
 * secure-systems-lab/dsse}).
 *
 * @param payload the bytes that are signed
 * @param type of the payload, which is signed too
 * @param signatures at least one, each by any key
 */
@SuppressWarnings("ArrayRecordComponent") // read once and compared by nobody
record Envelope(byte[] payload, String type, List<byte[]> signatures) {
  /** The type of an in-toto statement. */
  static final String STATEMENT = "application/vnd.in-toto+json";

  private static final int MOST_SIGNATURES = 16;

  /** Larger than any signature of the algorithms known here. */
  private static final int LONGEST_SIGNATURE = 1024;

  /** Whether an object is an envelope, judged by a member that every envelope has. */
  static boolean isOne(JsonObject json) {
    return json.has("payloadType");
  }

  static Envelope read(JsonObject json, Place place) throws MalformedException {
    Fields fields = new Fields(json, "", place);
    byte[] payload = decoded(fields, "payload");
    String type = fields.text("payloadType");
    List<byte[]> signatures = new ArrayList<>();
    for (Fields signature : fields.objects("signatures")) {
      byte[] bytes = decoded(signature, "sig");
      if (signature.has("keyid")) {
        signature.text("keyid"); // a hint that nobody may decide by
      }
      signature.end();
      if (bytes.length > LONGEST_SIGNATURE || signatures.size() == MOST_SIGNATURES) {
        throw signature.wrong("is too long, or there are too many");
      }
      signatures.add(bytes);
    }
    fields.end();
    if (signatures.isEmpty()) {
      throw fields.wrong("has no signature");
    }
    if (!type.equals(STATEMENT)) {
      throw fields.wrong("is an envelope of \"" + type + "\" and not of a statement");
    }
    return new Envelope(payload, type, signatures);
  }

  /** Decodes base64 in either alphabet, as the protocol demands. */
  private static byte[] decoded(Fields fields, String name) throws MalformedException {
    String text = fields.text(name);
    try {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw fields.wrong("has a " + name + " that is not base64");
    }
  }

  JsonObject write() {
    JsonObject json = new JsonObject();
    json.addProperty("payload", Base64.getEncoder().encodeToString(payload));
    json.addProperty("payloadType", type);
    JsonArray array = new JsonArray();
    for (byte[] signature : signatures) {
      JsonObject object = new JsonObject();
      object.addProperty("sig", Base64.getEncoder().encodeToString(signature));
      array.add(object);
    }
    json.add("signatures", array);
    return json;
  }

  /** Whether one of the signatures was made with the private half of a key. */
  boolean isSignedBy(VerifyingKey key) {
    byte[] message = message(type, payload);
    return signatures.stream().anyMatch(signature -> key.verifies(message, signature));
  }

  /** The bytes that are signed: the pre-authentication encoding (PAE) of the protocol. */
  static byte[] message(String type, byte[] payload) {
    byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream(payload.length + 64);
    message.writeBytes(("DSSEv1 " + typeBytes.length + " ").getBytes(StandardCharsets.US_ASCII));
    message.writeBytes(typeBytes);
    message.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
    message.writeBytes(payload);
    return message.toByteArray();
  }
}
