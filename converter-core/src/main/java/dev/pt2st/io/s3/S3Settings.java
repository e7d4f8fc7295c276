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

/** The locations of buckets and the credentials for requests. */
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
   * Combines the user's options with the environment and the shared files. Credentials are looked
   * up when they are needed.
   *
   * @param environment such as {@link System#getenv()}
   * @param home the user's home directory, unless the environment sets another
   * @throws IOException if a setting is malformed, or a file cannot be read; no message contains a
   *     secret
   */
  public static S3Settings of(Map<String, String> environment, Path home, S3Options options)
      throws IOException {
    AwsSettings aws = AwsSettings.read(environment, home, options.profile());
    String region = options.region();
    if (region == null) {
      region = aws.region().orElse(STANDARD_REGION);
    }
    if (!AwsRegion.isName(region)) {
      throw new IOException("The region for S3 is not the name of a region, such as eu-central-1");
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

  /** The endpoint, normalized to the form in which the client sends it. */
  private static URI endpoint(String text) throws IOException {
    URI uri;
    try {
      uri = new URI(text.strip().replaceAll("/+$", ""));
    } catch (URISyntaxException e) {
      throw new IOException(ENDPOINT + "is not an address of a web server");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IOException(
          ENDPOINT + "is not an address of a web server; it begins with https:// or http://");
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

  /** The server, without a trailing slash; null for AWS. */
  @Nullable URI endpoint() {
    return endpoint;
  }

  Addressing addressing() {
    return addressing;
  }

  /** Whether AWS's FIPS endpoints are used. */
  boolean fips() {
    return fips;
  }

  /** Whether AWS's dual-stack endpoints, which have IPv6 addresses too, are used. */
  boolean dualStack() {
    return dualStack;
  }

  /** The provider of credentials; null if requests are not signed. */
  @Nullable CredentialProvider credentials() {
    return credentials;
  }
}
