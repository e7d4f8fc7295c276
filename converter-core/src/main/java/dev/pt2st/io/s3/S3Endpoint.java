package dev.pt2st.io.s3;

import dev.pt2st.io.aws.AwsRegion;
import dev.pt2st.io.aws.PercentCode;
import dev.pt2st.io.http.NamedServer;
import java.net.URI;
import java.util.regex.Pattern;

/** The address at which a bucket is reached. */
record S3Endpoint(S3Settings settings) {
  /**
   * A bucket name that can be a single label of a host name, so that the server's wildcard
   * certificate is valid.
   */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])");

  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|\\[.*");

  /**
   * The address of an object, or of its bucket.
   *
   * @param query encoded; empty for none
   */
  URI uri(S3Address address, String region, String query) {
    URI server = server(region);
    String host = server.getRawAuthority();
    String path = server.getRawPath();
    if (isInHost(address.bucket(), server)) {
      host = address.bucket() + "." + host;
    } else {
      path += "/" + PercentCode.encodePath(address.bucket());
    }
    if (!address.key().isEmpty() || path.isEmpty()) {
      path += "/" + PercentCode.encodePath(address.key());
    }
    return URI.create(
        server.getScheme() + "://" + host + path + (query.isEmpty() ? "" : "?" + query));
  }

  /** The home for credentials. An endpoint was set explicitly, so its scheme is intended. */
  NamedServer home(URI uri) {
    return settings.endpoint() == null ? NamedServer.of(uri) : NamedServer.ofEndpoint(uri);
  }

  private URI server(String region) {
    URI endpoint = settings.endpoint();
    if (endpoint != null) {
      return endpoint;
    }
    String service =
        (settings.fips() ? "s3-fips" : "s3") + (settings.dualStack() ? ".dualstack" : "");
    return URI.create("https://" + service + "." + region + "." + AwsRegion.domain(region));
  }

  private boolean isInHost(String bucket, URI server) {
    boolean possible =
        LABEL.matcher(bucket).matches() && !NUMBERS.matcher(server.getHost()).matches();
    return possible
        && switch (settings.addressing()) {
          case AUTO -> settings.endpoint() == null;
          case VIRTUAL -> true;
          case PATH -> false;
        };
  }
}
