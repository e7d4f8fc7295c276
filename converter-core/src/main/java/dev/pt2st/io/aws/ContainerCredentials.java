package dev.pt2st.io.aws;

import dev.pt2st.io.http.Signer;
import dev.pt2st.io.source.SourceException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Credentials of a container's role in ECS or EKS. */
record ContainerCredentials(AwsSettings settings) implements CredentialSource {
  private static final String WORDS = "the role of this container";
  private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

  /** The link-local addresses of the ECS and EKS credential services. */
  private static final Set<String> SERVICES =
      Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

  @Override
  public @Nullable AwsCredentials find() throws IOException {
    URI uri = address();
    if (uri == null) {
      return null;
    }
    String token = token();
    Signer signer =
        token.isEmpty() ? Signer.NONE : (method, to, headers) -> Map.of("authorization", token);
    try (MetadataClient client = MetadataClient.near()) {
      return CredentialsJson.parse(client.get("the service of the container", uri, signer), WORDS);
    } catch (SourceException e) {
      throw new CredentialsException(
          "The credentials of " + WORDS + " cannot be had: " + e.getMessage());
    }
  }

  /** The address of the service; null if there is none. */
  @Nullable URI address() throws CredentialsException {
    String relative = settings.variable(RELATIVE);
    String full = settings.variable(FULL);
    if (!relative.isEmpty()) {
      if (!relative.startsWith("/")) {
        throw new CredentialsException("The variable " + RELATIVE + " does not begin with a slash");
      }
      return uri("http://169.254.170.2" + relative, RELATIVE);
    }
    if (full.isEmpty()) {
      return null;
    }
    URI uri = uri(full, FULL);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    boolean allowed =
        scheme.equals("https")
            ? !host.isEmpty()
            : scheme.equals("http") && (SERVICES.contains(host) || isThisMachine(host));
    if (!allowed || uri.getRawUserInfo() != null) {
      throw new CredentialsException(
          "The variable "
              + FULL
              + " names neither an https:// address nor a service of this machine or its"
              + " container, so no credentials are requested there");
    }
    return uri;
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private static URI uri(String text, String variable) throws CredentialsException {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new CredentialsException("The variable " + variable + " is not an address");
    }
  }

  private String token() throws CredentialsException {
    String file = settings.variable(TOKEN_FILE);
    return file.isEmpty()
        ? settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        : TokenFile.read(Path.of(file));
  }
}
