package dev.pt2st.io.aws;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 in a header, by the rules of S3: a path is signed as it is sent, with all
 * its slashes and dots, and encoded once.
 */
public final class SigV4 {
  /** The header with the digest of the body, or {@link #UNSIGNED_PAYLOAD}. */
  public static final String CONTENT_DIGEST = "x-amz-content-sha256";

  /** The value if only the connection protects the body. */
  public static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  /** The SHA-256 of an empty body. */
  public static final String EMPTY_DIGEST =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DAY = 8;

  /** Headers that proxies change or that the client sets by itself. */
  private static final Set<String> UNSIGNED =
      Set.of("accept-encoding", "authorization", "connection", "expect", "user-agent");

  private final String region;
  private final String service;

  /** A signer for a service in a region, such as {@code s3} in {@code eu-west-1}. */
  public SigV4(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /**
   * The headers that sign a request.
   *
   * @param uri as it is sent, with its path and query already encoded
   * @param headers all headers of the request except {@code Host}; they include the digest of the
   *     body, if there is one
   */
  public Map<String, String> sign(
      AwsCredentials credentials,
      Instant now,
      String method,
      URI uri,
      Map<String, String> headers) {
    String time = TIME.format(now);
    Map<String, String> added = new TreeMap<>();
    added.put("x-amz-date", time);
    String token = credentials.sessionToken();
    if (token != null) {
      added.put("x-amz-security-token", token);
    }
    Map<String, String> signed = new TreeMap<>(headers);
    signed.keySet().removeAll(UNSIGNED);
    signed.putAll(added);
    signed.put("host", host(uri));
    String names = String.join(";", signed.keySet());
    String scope = time.substring(0, DAY) + "/" + region + "/" + service + "/aws4_request";
    String text =
        String.join("\n", ALGORITHM, time, scope, digest(canonical(method, uri, signed, names)));
    byte[] key = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/", -1)) {
      key = mac(key, part);
    }
    added.put(
        "authorization",
        ALGORITHM
            + " Credential="
            + credentials.accessKeyId()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(mac(key, text)));
    return added;
  }

  private static String digest(String text) {
    return Digests.sha256(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String canonical(
      String method, URI uri, Map<String, String> headers, String names) {
    StringBuilder text = new StringBuilder(method).append('\n');
    String path = uri.getRawPath();
    text.append(path.isEmpty() ? "/" : path).append('\n');
    text.append(query(uri.getRawQuery() == null ? "" : uri.getRawQuery())).append('\n');
    headers.forEach(
        (name, value) -> text.append(name).append(':').append(folded(value)).append('\n'));
    String body = headers.getOrDefault(CONTENT_DIGEST, EMPTY_DIGEST);
    return text.append('\n').append(names).append('\n').append(body).toString();
  }

  /** The parameters in the order of their encoded names and values, each with an equals sign. */
  private static String query(String raw) {
    if (raw.isEmpty()) {
      return "";
    }
    return Stream.of(raw.split("&", -1))
        .map(parameter -> {
          int at = parameter.indexOf('=');
          return at < 0
              ? new String[] {parameter, ""}
              : new String[] {parameter.substring(0, at), parameter.substring(at + 1)};
        })
        .sorted(Arrays::compare)
        .map(pair -> pair[0] + "=" + pair[1])
        .collect(Collectors.joining("&"));
  }

  /** The value trimmed, with each run of blanks replaced by one. */
  private static String folded(String value) {
    return value.strip().replaceAll("[ \\t]+", " ");
  }

  /** The host as the client sends it, without the port if that is the scheme's default. */
  private static String host(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == usual
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
