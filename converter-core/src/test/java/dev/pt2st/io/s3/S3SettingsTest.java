package dev.pt2st.io.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.s3.S3Options.Addressing;
import dev.pt2st.io.s3.S3Options.Signing;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a bucket is asked for, by what a user, the environment and the profile say. */
class S3SettingsTest {
  @TempDir Path home;

  private final Map<String, String> environment = new HashMap<>();

  private String address(S3Options options, String uri) throws IOException {
    S3Settings settings = S3Settings.of(environment, home, options);
    return new S3Endpoint(settings).uri(S3Address.of(uri), settings.region(), "").toString();
  }

  private String address(String uri) throws IOException {
    return address(S3Options.STANDARD, uri);
  }

  private static S3Options options(String region, String endpoint, Addressing addressing) {
    return new S3Options(null, region, endpoint, addressing, Signing.SIGNED);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://my-bucket/a/b.pt, https://my-bucket.s3.us-east-1.amazonaws.com/a/b.pt",
    "s3://my-bucket, https://my-bucket.s3.us-east-1.amazonaws.com/",
    "s3://my-bucket//a, https://my-bucket.s3.us-east-1.amazonaws.com//a",
    "s3://dots.in.it/a, https://s3.us-east-1.amazonaws.com/dots.in.it/a",
    "s3://Old_Name/a, https://s3.us-east-1.amazonaws.com/Old_Name/a",
    "s3://Old_Name, https://s3.us-east-1.amazonaws.com/Old_Name",
  })
  void aBucketOfAwsIsInTheHostIfAHostCanHaveTheName(String uri, String address) throws Exception {
    assertThat(address(uri)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "eu-central-1, https://b-b.s3.eu-central-1.amazonaws.com/k",
    "cn-north-1, https://b-b.s3.cn-north-1.amazonaws.com.cn/k",
    "us-gov-west-1, https://b-b.s3.us-gov-west-1.amazonaws.com/k",
    "eusc-de-east-1, https://b-b.s3.eusc-de-east-1.amazonaws.eu/k",
    "us-iso-east-1, https://b-b.s3.us-iso-east-1.c2s.ic.gov/k",
    "us-isob-east-1, https://b-b.s3.us-isob-east-1.sc2s.sgov.gov/k",
    "eu-isoe-west-1, https://b-b.s3.eu-isoe-west-1.cloud.adc-e.uk/k",
    "us-isof-south-1, https://b-b.s3.us-isof-south-1.csp.hci.ic.gov/k",
  })
  void aRegionHasItsServers(String region, String address) throws Exception {
    environment.put("AWS_REGION", region);

    assertThat(address("s3://b-b/k")).isEqualTo(address);
  }

  @Test
  void awsHasServersForSpecialWishes() throws Exception {
    environment.put("AWS_USE_FIPS_ENDPOINT", "true");
    environment.put("AWS_USE_DUALSTACK_ENDPOINT", "true");

    assertThat(address("s3://b-b/k"))
        .isEqualTo("https://b-b.s3-fips.dualstack.us-east-1.amazonaws.com/k");
  }

  @Test
  void anotherEndpointHasTheBucketInThePath() throws Exception {
    environment.put("AWS_ENDPOINT_URL", "HTTPS://Minio.Example:443/");
    assertThat(address("s3://b-b/k")).isEqualTo("https://minio.example/b-b/k");

    environment.put("AWS_ENDPOINT_URL_S3", "https://s3.example:9000/base//");
    assertThat(address("s3://b-b/k")).isEqualTo("https://s3.example:9000/base/b-b/k");
    assertThat(address(options(null, null, Addressing.VIRTUAL), "s3://b-b/k"))
        .isEqualTo("https://b-b.s3.example:9000/base/k");
    assertThat(address(options(null, "http://10.0.0.1:9000", Addressing.VIRTUAL), "s3://b-b/k"))
        .isEqualTo("http://10.0.0.1:9000/b-b/k");
    assertThat(address(options(null, "http://[::1]:9000", Addressing.VIRTUAL), "s3://b-b/k"))
        .isEqualTo("http://[::1]:9000/b-b/k");
  }

  @Test
  void whatTheUserSaysGoesFirst() throws Exception {
    environment.put("AWS_REGION", "eu-west-1");
    environment.put("AWS_ENDPOINT_URL", "https://a.example");

    assertThat(address(options("eu-west-3", "https://b.example", Addressing.AUTO), "s3://b-b/k"))
        .isEqualTo("https://b.example/b-b/k");
    environment.remove("AWS_ENDPOINT_URL");
    assertThat(address(options("eu-west-3", null, Addressing.PATH), "s3://b-b/k"))
        .isEqualTo("https://s3.eu-west-3.amazonaws.com/b-b/k");
  }

  @ParameterizedTest
  @CsvSource({
    "path, https://s3.us-east-1.amazonaws.com/b-b/k",
    "auto, https://b-b.s3.us-east-1.amazonaws.com/k",
    "virtual, https://b-b.s3.us-east-1.amazonaws.com/k",
  })
  void theProfileSaysWhereTheBucketStands(String style, String address) throws Exception {
    Path config = home.resolve("config");
    Files.writeString(config, "[default]\ns3 =\n  addressing_style = " + style + "\n");
    environment.put("AWS_CONFIG_FILE", config.toString());

    assertThat(address("s3://b-b/k")).isEqualTo(address);
  }

  @Test
  void whatCannotBeUnderstoodIsRefused() throws Exception {
    Path config =
        Files.writeString(home.resolve("config"), "[default]\ns3 =\n addressing_style = x");
    environment.put("AWS_CONFIG_FILE", config.toString());
    assertThatThrownBy(() -> address("s3://b-b/k"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("The addressing_style of S3 is none of auto, path and virtual");
    environment.clear();
    environment.put("AWS_REGION", "evil.example/");
    assertThatThrownBy(() -> address("s3://b-b/k"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("The region for S3 is not the name of a region, such as eu-central-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "minio:9000",
        "//minio:9000",
        "ftp://minio",
        "http://SECRET@minio",
        "http://minio?SECRET",
        "http://minio/#SECRET",
        "http://a b",
        "http://",
      })
  void anEndpointIsAWebServer(String endpoint) {
    environment.put("AWS_ENDPOINT_URL", endpoint);

    assertThatThrownBy(() -> address("s3://b-b/k"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageStartingWith("The endpoint for S3 ")
        .hasMessageNotContaining("SECRET");
  }

  @ParameterizedTest
  @CsvSource({
    "b/k, it begins with s3://",
    "s4://b-b/k, it begins with s3://",
    "s3:/b-b/k, it begins with s3://",
    "s3://, no bucket can have this name",
    "s3:///k, no bucket can have this name",
    "s3://../k, no bucket can have this name",
    "s3://a@b/k, no bucket can have this name",
    "s3://a:1/k, no bucket can have this name",
    "s3://a?b/k, no bucket can have this name",
    "s3://bucket--use1-az4--x-s3/k, directory buckets of S3 Express are not supported",
    "s3://arn:aws:s3:us-east-1:1:accesspoint/a, reached by their alias",
    "s3://b-b/a\ud83d, half of a surrogate pair",
  })
  void whatIsNoAddressIsRefused(String uri, String why) {
    assertThatThrownBy(() -> S3Address.of(uri))
        .isInstanceOfSatisfying(
            SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
        .hasMessageContaining(why);
  }

  @Test
  void theSchemeHasNoCase() throws Exception {
    assertThat(S3Address.of("S3://b-b/K").uri()).isEqualTo("s3://b-b/K");
  }

  @Test
  void aKeyHasAMostLength() throws Exception {
    assertThat(S3Address.of("s3://b-b/" + "é".repeat(512)).key()).hasSize(512);
    assertThatThrownBy(() -> S3Address.of("s3://b-b/" + "é".repeat(512) + "a"))
        .hasMessageEndingWith("no key can be so long");
  }

  @ParameterizedTest
  @CsvSource({
    "gs://b/k, https://storage.googleapis.com",
    "GS://b/k, https://storage.googleapis.com",
    "az://c/k, shared access signature",
    "abfs://c@a.dfs.core.windows.net/k, shared access signature",
    "abfss://c@a/k, shared access signature",
    "wasbs://c@a/k?sig=HIDDEN, shared access signature",
    "s3a://b/k, write s3:// for it",
  })
  void otherCloudsAreToldHowToBeReached(String uri, String how) {
    SourceException refusal = OtherClouds.refusal(uri).orElseThrow();

    assertThat(refusal.reason()).isEqualTo(Reason.REFUSED);
    assertThat(refusal).hasMessageContaining(how).hasMessageNotContaining("HIDDEN");
    assertThat(OtherClouds.refusal(uri.replaceFirst("(?i)^[a-z0-9]+", "s3"))).isEmpty();
    assertThat(OtherClouds.refusal("gs:/b")).isEmpty();
  }
}
