package dev.pt2st.io.aws;

import dev.pt2st.io.http.Signer;
import dev.pt2st.io.source.SourceException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of a role that is assumed with a web identity token, as service accounts in a cluster
 * have. The request contains the token and needs no signature.
 *
 * @param fromProfile whether the settings come from the profile instead of the environment
 */
record WebIdentityCredentials(AwsSettings settings, boolean fromProfile)
    implements CredentialSource {
  private static final String SERVICE = "the service of security tokens";

  @Override
  public @Nullable AwsCredentials find() throws IOException {
    String file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    String role = setting("AWS_ROLE_ARN", "role_arn");
    if (file.isEmpty() || role.isEmpty()) {
      return null;
    }
    String session = setting("AWS_ROLE_SESSION_NAME", "role_session_name");
    Map<String, String> form = new LinkedHashMap<>();
    form.put("Action", "AssumeRoleWithWebIdentity");
    form.put("Version", "2011-06-15");
    form.put("RoleArn", role);
    form.put("RoleSessionName", session.isEmpty() ? "pt2st" : session);
    form.put("WebIdentityToken", TokenFile.read(Path.of(file)));
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + PercentCode.encode(field.getValue()))
            .collect(Collectors.joining("&"));
    try (MetadataClient client = MetadataClient.far(settings.environment())) {
      return parse(
          client.ask(
              SERVICE,
              "POST",
              address(),
              Signer.NONE,
              ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)),
              "application/x-www-form-urlencoded"));
    } catch (SourceException e) {
      throw new CredentialsException(
          "The credentials of " + words() + " cannot be had: " + e.getMessage());
    }
  }

  private String setting(String variable, String ofProfile) {
    return fromProfile ? settings.profile().get(ofProfile) : settings.variable(variable);
  }

  private String words() {
    return "the web identity of " + (fromProfile ? settings.profile().words() : "the environment");
  }

  private URI address() throws CredentialsException {
    String region = settings.region().filter(AwsRegion::isName).orElse("us-east-1");
    String usual = "https://sts." + region + "." + AwsRegion.domain(region);
    try {
      URI uri = new URI(settings.endpoint("sts").orElse(usual));
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("https".equals(scheme) || "http".equals(scheme))) {
        return uri.getRawPath().isEmpty() ? uri.resolve("/") : uri;
      }
    } catch (URISyntaxException e) {
      // The same sentence.
    }
    throw new CredentialsException("The endpoint of " + SERVICE + " is not an address");
  }

  private AwsCredentials parse(byte[] body) throws CredentialsException {
    try {
      XmlElement given =
          XmlElement.parse(body)
              .child("AssumeRoleWithWebIdentityResult")
              .flatMap(result -> result.child("Credentials"))
              .orElse(null);
      if (given != null) {
        return AwsCredentials.of(
            given.textOf("AccessKeyId").orElse(""),
            given.textOf("SecretAccessKey").orElse(""),
            given.textOf("SessionToken").orElse(""),
            CredentialsJson.instant(given.textOf("Expiration").orElse(null), words()),
            words());
      }
    } catch (MalformedXmlException e) {
      // The same sentence.
    }
    throw CredentialsJson.malformed(words());
  }
}
