package dev.pt2st.io.s3;

import dev.pt2st.io.aws.AwsRegion;
import dev.pt2st.io.aws.AwsSettings;
import dev.pt2st.io.aws.CredentialProvider;
import dev.pt2st.io.s3.S3Options.Addressing;
import dev.pt2st.io.s3.S3Options.Signing;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where buckets are, and what requests are signed with. */
public final class S3Settings {
  private static final String STANDARD_REGION = "us-east-1";
  private static final String ENDPOINT = "The endpoint for S3 ";

  private final String region;
  private final @Nullable URI endpoint;
  private final Addressing addressing;
  private final boolean fips;
  private final boolean dualStack;
  private final @Nullable CredentialProvider credentials;

  private S3Settings(
      String region,
      @Nullable URI endpoint,
      Addressing addressing,
      boolean fips,
      boolean dualStack,
      @Nullable CredentialProvider credentials) {
    this.region = region;
    this.endpoint = endpoint;
    this.addressing = addressing;
    this.fips = fips;
    this.dualStack = dualStack;
    this.credentials = credentials;
  }

  /**
   * Takes what the user says, and for the rest the environment and the shared files. Credentials
   * are looked for when they are needed.
   *
   * @param environment such as {@link System#getenv()}
   * @param home the user's home, unless the environment has another
   * @throws IOException if a setting cannot be understood, or a file cannot be read; no message
   *     holds a secret
   */
  public static S3Settings of(Map<String, String> environment, Path home, S3Options options)
      throws IOException {
    AwsSettings aws = AwsSettings.read(environment, home, options.profile());
    String region = options.region();
    if (region == null) {
      region = aws.region().orElse(STANDARD_REGION);
    }
    if (!AwsRegion.isName(region)) {
      throw new IOException("The region for S3 is no name of a region; it is like eu-central-1");
    }
    Optional<String> endpoint =
        options.endpoint() == null ? aws.endpoint("s3") : Optional.of(options.endpoint());
    return new S3Settings(
        region,
        endpoint.isEmpty() ? null : endpoint(endpoint.get()),
        options.addressing() == Addressing.AUTO ? addressing(aws) : options.addressing(),
        aws.isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        aws.isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        options.credentials() == Signing.SIGNED ? CredentialProvider.of(aws) : null);
  }

  private static Addressing addressing(AwsSettings aws) throws IOException {
    String style = aws.ofService("s3", "addressing_style").orElse("auto");
    return switch (style) {
      case "auto" -> Addressing.AUTO;
      case "path" -> Addressing.PATH;
      case "virtual" -> Addressing.VIRTUAL;
      default ->
          throw new IOException("The addressing_style of S3 is none of auto, path and virtual");
    };
  }

  /** In the one form in which the client sends it too. */
  private static URI endpoint(String text) throws IOException {
    URI uri;
    try {
      uri = new URI(text.strip().replaceAll("/+$", ""));
    } catch (URISyntaxException e) {
      throw new IOException(ENDPOINT + "is no address of a web server");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IOException(
          ENDPOINT + "is no address of a web server; it begins with https:// or http://");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getFragment() != null) {
      throw new IOException(ENDPOINT + "has more than a server and a path");
    }
    int usual = scheme.equals("https") ? 443 : 80;
    String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return URI.create(scheme + "://" + host + port + uri.getRawPath());
  }

  /** The region of the buckets, until S3 names another one. */
  String region() {
    return region;
  }

  /** The server, without a slash at its end; null for that of AWS. */
  @Nullable URI endpoint() {
    return endpoint;
  }

  Addressing addressing() {
    return addressing;
  }

  /** Whether the servers of AWS with validated cryptography are asked. */
  boolean fips() {
    return fips;
  }

  /** Whether the servers of AWS are asked that have addresses of IPv6 too. */
  boolean dualStack() {
    return dualStack;
  }

  /** What gives credentials; null if requests are not signed. */
  @Nullable CredentialProvider credentials() {
    return credentials;
  }
}
