package dev.pt2st.io.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests get the signatures that AWS has published for them. */
class SigV4Test {
  private static final String SUITE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String S3_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  static Stream<Arguments> published() throws IOException {
    try (InputStream in = SigV4Test.class.getResourceAsStream("sigv4.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> Arguments.of((Object[]) line.split("\t", -1)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void aRequestGetsThePublishedSignature(
      String name, String method, String path, String headers, String token, String signature) {
    boolean s3 = name.startsWith("s3-");
    AwsCredentials credentials =
        new AwsCredentials(
            s3 ? "AKIAIOSFODNN7EXAMPLE" : "AKIDEXAMPLE",
            s3 ? S3_SECRET : SUITE_SECRET,
            token.isEmpty() ? null : token,
            null,
            "the test");
    String host = s3 ? "examplebucket.s3.amazonaws.com" : "example.amazonaws.com";
    Map<String, String> sent = new TreeMap<>();
    for (String header : headers.isEmpty() ? new String[0] : headers.split("\\|", -1)) {
      int colon = header.indexOf(':');
      sent.put(header.substring(0, colon), header.substring(colon + 1));
    }

    Map<String, String> added =
        new SigV4("us-east-1", s3 ? "s3" : "service")
            .sign(
                credentials,
                Instant.parse(s3 ? "2013-05-24T00:00:00Z" : "2015-08-30T12:36:00Z"),
                method,
                URI.create("https://" + host + path),
                sent);

    assertThat(added.get("authorization")).endsWith(", Signature=" + signature);
    assertThat(added.get("x-amz-security-token")).isEqualTo(token.isEmpty() ? null : token);
  }

  @Test
  void whatProxiesChangeIsNotSigned() {
    Map<String, String> plain = sign(URI.create("https://h.example/k"), Map.of());

    assertThat(
            sign(
                URI.create("https://h.example/k"),
                Map.of("accept-encoding", "identity", "user-agent", "a")))
        .isEqualTo(plain);
  }

  /** As the client sends it; a server signs what it gets. */
  @Test
  void theHostHasItsPortUnlessThatIsTheUsualOne() {
    assertThat(sign(URI.create("https://h.example:443/k"), Map.of()))
        .isEqualTo(sign(URI.create("https://h.example/k"), Map.of()));
    assertThat(sign(URI.create("http://h.example:443/k"), Map.of()))
        .isNotEqualTo(sign(URI.create("http://h.example/k"), Map.of()));
  }

  private static Map<String, String> sign(URI uri, Map<String, String> headers) {
    AwsCredentials credentials = new AwsCredentials("AKID", "secret", null, null, "the test");
    return new SigV4("us-east-1", "s3")
        .sign(credentials, Instant.parse("2026-01-01T00:00:00Z"), "GET", uri, headers);
  }
}
