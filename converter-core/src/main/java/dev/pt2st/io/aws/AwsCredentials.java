package dev.pt2st.io.aws;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Credentials for signing requests. Its text shows only where they come from.
 *
 * @param accessKeyId the name of the secret key
 * @param secretAccessKey the secret key, which never leaves this process
 * @param sessionToken is sent with each request, if these credentials are temporary
 * @param expires when they expire; null if that is not known
 * @param origin where they come from, in words, such as {@code the environment}
 */
public record AwsCredentials(
    String accessKeyId,
    String secretAccessKey,
    @Nullable String sessionToken,
    @Nullable Instant expires,
    String origin) {
  /** Trims blanks, which a file or a variable may have around the values. */
  static AwsCredentials of(
      String id, String secret, @Nullable String token, @Nullable Instant expires, String origin)
      throws CredentialsException {
    String session = token == null || token.isBlank() ? null : token.strip();
    AwsCredentials made = new AwsCredentials(id.strip(), secret.strip(), session, expires, origin);
    if (made.accessKeyId.isEmpty() || made.secretAccessKey.isEmpty()) {
      throw new CredentialsException("The credentials of " + origin + " are incomplete");
    }
    if (!isPrintable(made.accessKeyId) || (session != null && !isPrintable(session))) {
      throw new CredentialsException(
          "The credentials of " + origin + " have characters that no request can carry");
    }
    return made;
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  @Override
  public String toString() {
    return "AwsCredentials[of " + origin + "]";
  }
}
