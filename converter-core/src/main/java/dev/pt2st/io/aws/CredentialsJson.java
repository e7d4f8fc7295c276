package dev.pt2st.io.aws;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Credentials in the JSON form of the metadata services of containers and instances. */
final class CredentialsJson {
  /** The maximum size of the JSON in bytes. */
  static final int LARGEST = 64 << 10;

  private CredentialsJson() {}

  static AwsCredentials parse(byte[] body, String origin) throws CredentialsException {
    JsonObject json;
    try {
      JsonElement parsed = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
      if (!parsed.isJsonObject()) {
        throw malformed(origin);
      }
      json = parsed.getAsJsonObject();
    } catch (JsonParseException e) {
      throw malformed(origin);
    }
    String id = text(json, "AccessKeyId");
    String secret = text(json, "SecretAccessKey");
    if (id == null || secret == null) {
      throw malformed(origin);
    }
    return AwsCredentials.of(
        id, secret, text(json, "Token"), instant(text(json, "Expiration"), origin), origin);
  }

  private static @Nullable String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : null;
  }

  static @Nullable Instant instant(@Nullable String text, String origin)
      throws CredentialsException {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw malformed(origin);
    }
  }

  static CredentialsException malformed(String origin) {
    return new CredentialsException("The credentials of " + origin + " are not as AWS writes them");
  }
}
