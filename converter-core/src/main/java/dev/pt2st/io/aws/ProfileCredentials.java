package dev.pt2st.io.aws;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Credentials in a profile. */
record ProfileCredentials(AwsSettings settings) implements CredentialSource {
  /** A kind of credentials that is not supported, by the setting that asks for it. */
  private record Unsupported(String setting, String words) {}

  private static final List<Unsupported> UNSUPPORTED =
      List.of(
          new Unsupported("role_arn", "by taking a role"),
          new Unsupported("sso_session", "by single sign-on"),
          new Unsupported("sso_start_url", "by single sign-on"),
          new Unsupported("login_session", "by a login in a browser"),
          new Unsupported("credential_process", "from a program"));

  @Override
  public @Nullable AwsCredentials find() throws CredentialsException {
    AwsProfile profile = settings.profile();
    String id = profile.get("aws_access_key_id");
    String secret = profile.get("aws_secret_access_key");
    boolean any = !id.isEmpty() || !secret.isEmpty();
    for (Unsupported way : UNSUPPORTED) {
      // A role takes precedence over the keys in the same profile, which may be those for assuming
      // it.
      boolean first = way.setting.equals("role_arn") || !any;
      if (first && !profile.get(way.setting).isEmpty()) {
        throw new CredentialsException(
            "The credentials of "
                + profile.words()
                + " are got "
                + way.words
                + ", which is not supported; put into the environment what"
                + " \"aws configure export-credentials\" prints for this profile");
      }
    }
    if (!any) {
      return null;
    }
    return AwsCredentials.of(id, secret, profile.get("aws_session_token"), null, profile.words());
  }
}
