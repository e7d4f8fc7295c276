package dev.pt2st.io.aws;

import org.jspecify.annotations.Nullable;

/** Credentials in environment variables. */
record EnvironmentCredentials(AwsSettings settings) implements CredentialSource {
  @Override
  public @Nullable AwsCredentials find() throws CredentialsException {
    String id = settings.variable("AWS_ACCESS_KEY_ID");
    String secret = settings.variable("AWS_SECRET_ACCESS_KEY");
    if (id.isEmpty() && secret.isEmpty()) {
      return null;
    }
    if (id.isEmpty() || secret.isEmpty()) {
      throw new CredentialsException(
          "Of the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set; set both"
              + " or neither");
    }
    return AwsCredentials.of(
        id, secret, settings.variable("AWS_SESSION_TOKEN"), null, "the environment");
  }
}
