package dev.pt2st.io.aws;

import dev.pt2st.io.source.SourceException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of the role of an EC2 instance, from version 2 of its metadata service (IMDSv2) only.
 */
record InstanceCredentials(AwsSettings settings) implements CredentialSource {
  private static final String WORDS = "the role of this instance";
  private static final String SERVICE = "the metadata of this instance";
  private static final Pattern ROLE = Pattern.compile("[\\w+=,.@-]{1,128}");
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

  @Override
  public @Nullable AwsCredentials find() throws IOException {
    if (settings.isOn("AWS_EC2_METADATA_DISABLED", "")) {
      return null;
    }
    String endpoint = endpoint();
    try (MetadataClient client = MetadataClient.near()) {
      String role;
      String token;
      try {
        token = token(client, endpoint);
        role = text(client, endpoint, ROLES, token).lines().findFirst().orElse("").strip();
      } catch (SourceException e) {
        return null; // not an instance, or one without a role
      }
      if (!ROLE.matcher(role).matches()) {
        throw new CredentialsException("The name of " + WORDS + " is not as AWS writes it");
      }
      try {
        return CredentialsJson.parse(
            text(client, endpoint, ROLES + role, token).getBytes(StandardCharsets.UTF_8), WORDS);
      } catch (SourceException e) {
        throw new CredentialsException(
            "The credentials of " + WORDS + " cannot be had: " + e.getMessage());
      }
    }
  }

  private String endpoint() {
    String named = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if (!named.isEmpty()) {
      return named.endsWith("/") ? named.substring(0, named.length() - 1) : named;
    }
    return settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").equalsIgnoreCase("IPv6")
        ? "http://[fd00:ec2::254]"
        : "http://169.254.169.254";
  }

  private static String token(MetadataClient client, String endpoint) throws IOException {
    byte[] token =
        client.ask(
            SERVICE,
            "PUT",
            uri(endpoint, "/latest/api/token"),
            (method, uri, headers) -> Map.of("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
            null,
            "");
    return new String(token, StandardCharsets.UTF_8).strip();
  }

  private static String text(MetadataClient client, String endpoint, String path, String token)
      throws IOException {
    byte[] body =
        client.get(
            SERVICE,
            uri(endpoint, path),
            (method, uri, headers) -> Map.of("x-aws-ec2-metadata-token", token));
    return new String(body, StandardCharsets.UTF_8);
  }

  private static URI uri(String endpoint, String path) throws CredentialsException {
    try {
      URI uri = new URI(endpoint + path);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The same message.
    }
    throw new CredentialsException(
        "The variable AWS_EC2_METADATA_SERVICE_ENDPOINT is not the address of a web server");
  }
}
