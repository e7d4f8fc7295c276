package dev.pt2st.io.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials are found where the tools of AWS find them, and no program is started for them. */
class CredentialsTest {
  private static final String JSON =
      """
      {"Code": "Success", "AccessKeyId": "AKJSON", "SecretAccessKey": "SECRETJSON",
       "Token": "TOKENJSON", "Expiration": "2126-01-01T00:00:00Z"}
      """;

  @TempDir Path home;

  private final Map<String, String> environment = new HashMap<>();

  private void file(String name, String content) throws IOException {
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(home.resolve(".aws").resolve(name), content);
  }

  private AwsCredentials find(String profile) throws IOException {
    environment.putIfAbsent("AWS_EC2_METADATA_DISABLED", "true");
    return CredentialProvider.of(AwsSettings.read(environment, home, profile)).get();
  }

  private static String line(Request request) {
    return request.method() + " " + request.target();
  }

  private void keysInTheEnvironment() {
    environment.put("AWS_ACCESS_KEY_ID", "AKENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "SECRETENV");
  }

  @Test
  void theEnvironmentComesFirst() throws Exception {
    file("credentials", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=SECRETFILE\n");
    keysInTheEnvironment();
    environment.put("AWS_SESSION_TOKEN", "TOKENENV");

    assertThat(find(null))
        .isEqualTo(new AwsCredentials("AKENV", "SECRETENV", "TOKENENV", null, "the environment"));
  }

  /** As with the command line of AWS: who names a profile there wants its credentials. */
  @Test
  void aProfileThatWasAskedForGoesBeforeTheEnvironment() throws Exception {
    file("credentials", "[work]\naws_access_key_id = AKFILE\naws_secret_access_key = SECRETFILE\n");
    keysInTheEnvironment();

    assertThat(find("work"))
        .isEqualTo(new AwsCredentials("AKFILE", "SECRETFILE", null, null, "the profile work"));
    environment.put("AWS_PROFILE", "work");
    assertThat(find(null).accessKeyId()).isEqualTo("AKENV");
  }

  @Test
  void halfOfAPairIsNotPassedOver() throws Exception {
    environment.put("AWS_ACCESS_KEY_ID", "AKENV");
    assertThatThrownBy(() -> find(null))
        .isInstanceOf(CredentialsException.class)
        .hasMessageContaining("only one is set");

    environment.clear();
    file("credentials", "[default]\naws_secret_access_key = SECRETFILE\n");
    assertThatThrownBy(() -> find(null))
        .hasMessage("The credentials of the profile default are incomplete");
  }

  @ParameterizedTest
  @CsvSource({
    "credential_process = /bin/false, from a program",
    "sso_session = corp, by single sign-on",
    "sso_start_url = https://corp.example, by single sign-on",
    "login_session = arn, by a login in a browser",
    "role_arn = arn:aws:iam::1:role/r, by taking a role",
  })
  void whatIsNotSupportedSaysWhatToDo(String setting, String way) throws Exception {
    file("config", "[default]\n" + setting + "\n");

    assertThatThrownBy(() -> find(null))
        .isInstanceOf(CredentialsException.class)
        .hasMessage(
            "The credentials of the profile default are got "
                + way
                + ", which is not supported; put into the environment what"
                + " \"aws configure export-credentials\" prints for this profile");
  }

  /** The keys beside a role may be the ones that may take it: other rights than the role's. */
  @Test
  void keysBesideARoleAreNotTaken() throws Exception {
    file(
        "config",
        "[default]\nrole_arn = r\naws_access_key_id = AK\naws_secret_access_key = SECRET\n");

    assertThatThrownBy(() -> find(null)).hasMessageContaining("by taking a role");
  }

  @Test
  void withoutAnyTheMessageSaysWhatToSet() {
    assertThatThrownBy(() -> find(null))
        .isInstanceOf(CredentialsException.class)
        .hasMessageStartingWith("There are no credentials in the environment, in the profile");
  }

  @Test
  void aContainerIsAskedWithItsToken() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "TOKENFILE\n");
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, JSON))) {
      environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.at("/role?x=1").toString());
      environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "TOKENENV");
      assertThat(find(null))
          .isEqualTo(
              new AwsCredentials(
                  "AKJSON",
                  "SECRETJSON",
                  "TOKENJSON",
                  Instant.parse("2126-01-01T00:00:00Z"),
                  "the role of this container"));
      environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString());
      find(null);

      assertThat(server.requests()).extracting(CredentialsTest::line).containsOnly("GET /role?x=1");
      assertThat(server.requests())
          .extracting(request -> request.header("authorization"))
          .containsExactly("TOKENENV", "TOKENFILE");
    }
  }

  @Test
  void aContainerOfEcsHasItsServiceOnTheLink() throws Exception {
    environment.put("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x");
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/");

    assertThat(new ContainerCredentials(AwsSettings.read(environment, home, null)).address())
        .isEqualTo(URI.create("http://169.254.170.2/v2/credentials/x"));

    environment.put("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example/");
    assertThatThrownBy(() -> find(null)).hasMessageContaining("does not begin with a slash");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.170.2/a",
        "http://169.254.170.23/a",
        "http://[fd00:ec2::23]/a",
        "http://localhost:80/a",
        "http://[::1]/a",
        "http://127.7.7.7/a",
        "https://credentials.example/a",
      })
  void servicesOfAContainerAreThoseOfThisMachine(String address) throws Exception {
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", address);

    assertThat(new ContainerCredentials(AwsSettings.read(environment, home, null)).address())
        .isEqualTo(URI.create(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://credentials.example/a",
        "http://169.254.169.254/a",
        "http://10.0.0.1/a",
        "http://127.0.0.1.example/a",
        "https://user:secret@credentials.example/a",
        "http://user@127.0.0.1/a",
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "https:///a",
      })
  void noTokenGoesToAnotherPlace(String address) {
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", address);
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "TOKENENV");

    assertThatThrownBy(() -> find(null))
        .isInstanceOf(CredentialsException.class)
        .hasMessageContaining("no credentials are requested there")
        .hasMessageNotContaining("secret@");
  }

  @Test
  void aContainerThatGivesNoneIsAFailure() throws Exception {
    try (FaultServer server =
        new FaultServer(request ->
            switch (request.target()) {
              case "/denied" -> FaultServer.answer(403, "SECRET");
              case "/moved" -> FaultServer.answer(302, "", "Location: http://evil.example/");
              case "/text" -> FaultServer.answer(200, "SECRET");
              case "/list" -> FaultServer.answer(200, "[]");
              case "/half" -> FaultServer.answer(200, "{\"AccessKeyId\": \"AK\"}");
              default ->
                  FaultServer.answer(
                      200, JSON.replace("2126-01-01T00:00:00Z", "SECRET, some time"));
            })) {
      for (String path : new String[] {"/denied", "/moved", "/text", "/list", "/half", "/date"}) {
        environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.at(path).toString());
        assertThatThrownBy(() -> find(null))
            .isInstanceOf(CredentialsException.class)
            .hasMessageContaining("container")
            .hasMessageNotContaining("SECRET");
      }
    }
  }

  @Test
  void anInstanceIsAskedByTheSecondVersionAlone() throws Exception {
    try (FaultServer server =
        new FaultServer(request -> {
          if (line(request).equals("PUT /latest/api/token")) {
            return FaultServer.answer(200, "TOKENIMDS");
          }
          if (!"TOKENIMDS".equals(request.header("x-aws-ec2-metadata-token"))) {
            return FaultServer.answer(401, "");
          }
          return switch (line(request)) {
            case "GET /latest/meta-data/iam/security-credentials/" ->
                FaultServer.answer(200, "my-role");
            case "GET /latest/meta-data/iam/security-credentials/my-role" ->
                FaultServer.answer(200, JSON);
            default -> FaultServer.answer(404, "");
          };
        })) {
      instance(server);

      AwsCredentials found = find(null);

      assertThat(found.accessKeyId()).isEqualTo("AKJSON");
      assertThat(found.origin()).isEqualTo("the role of this instance");
      assertThat(server.requests()).hasSize(3);
      assertThat(server.requests().getFirst().headers())
          .containsEntry("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    }
  }

  private void instance(FaultServer server) {
    environment.put("AWS_EC2_METADATA_DISABLED", "false");
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.at("/").toString());
  }

  /** The first version needs no token, so any program that fetches addresses gives it away. */
  @Test
  void anInstanceWithoutTheSecondVersionOrARoleHasNone() throws Exception {
    try (FaultServer server =
        new FaultServer(request ->
            request.method().equals("PUT")
                ? FaultServer.answer(403, "")
                : FaultServer.answer(200, JSON))) {
      instance(server);
      assertThatThrownBy(() -> find(null)).hasMessageStartingWith("There are no credentials");
      assertThat(server.requests()).hasSize(1);
    }
    try (FaultServer server =
        new FaultServer(request ->
            request.method().equals("PUT")
                ? FaultServer.answer(200, "T")
                : FaultServer.answer(404, ""))) {
      instance(server);
      assertThatThrownBy(() -> find(null)).hasMessageStartingWith("There are no credentials");
    }
    try (FaultServer server =
        new FaultServer(request -> FaultServer.answer(200, "../../../user-data?SECRET"))) {
      instance(server);
      assertThatThrownBy(() -> find(null))
          .hasMessage("The name of the role of this instance is not as AWS writes it");
    }
  }

  @Test
  void noInstanceIsNoticedSoon() throws Exception {
    FaultServer closed = new FaultServer(request -> FaultServer.answer(500, ""));
    closed.close();
    instance(closed);
    long start = System.nanoTime();

    assertThatThrownBy(() -> find(null)).hasMessageStartingWith("There are no credentials");
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  void theMetadataOfAnInstanceCanBeTurnedOff() throws Exception {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, JSON))) {
      instance(server);
      environment.put("AWS_EC2_METADATA_DISABLED", "TRUE");
      assertThatThrownBy(() -> find(null)).hasMessageStartingWith("There are no credentials");
      assertThat(server.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWebIdentityTakesItsRole(boolean profile) throws Exception {
    Path token = Files.writeString(home.resolve("token"), "TOKEN.a+b/c=\n");
    try (FaultServer server =
        new FaultServer(request ->
            FaultServer.answer(
                200,
                """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                 <AssumeRoleWithWebIdentityResult><Credentials>
                  <SessionToken>TOKENSTS</SessionToken><SecretAccessKey>SECRETSTS</SecretAccessKey>
                  <Expiration>2126-01-01T00:00:00Z</Expiration><AccessKeyId>AKSTS</AccessKeyId>
                 </Credentials></AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>
                """))) {
      environment.put("AWS_ENDPOINT_URL_STS", server.at("").toString());
      if (profile) {
        file(
            "config",
            "[profile p]\nrole_arn = arn:a/r\nrole_session_name = s\nweb_identity_token_file = "
                + token);
      } else {
        environment.put("AWS_ROLE_ARN", "arn:a/r");
        environment.put("AWS_ROLE_SESSION_NAME", "s");
        environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
      }

      AwsCredentials found = find(profile ? "p" : null);

      assertThat(found.accessKeyId()).isEqualTo("AKSTS");
      assertThat(found.sessionToken()).isEqualTo("TOKENSTS");
      assertThat(found.expires()).isEqualTo(Instant.parse("2126-01-01T00:00:00Z"));
      assertThat(server.requests()).extracting(CredentialsTest::line).containsExactly("POST /");
      assertThat(server.requests().getFirst().body())
          .isEqualTo(
              "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aa%2Fr"
                  + "&RoleSessionName=s&WebIdentityToken=TOKEN.a%2Bb%2Fc%3D");
      assertThat(server.requests().getFirst().headers()).doesNotContainKey("authorization");
    }
  }

  @Test
  void aWebIdentityThatIsNotTakenSaysWhy() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "TOKEN");
    try (FaultServer server =
        new FaultServer(request ->
            FaultServer.answer(
                400,
                "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>TOKEN</Message>"
                    + "</Error></ErrorResponse>"))) {
      environment.put("AWS_ENDPOINT_URL_STS", server.at("").toString());
      environment.put("AWS_ROLE_ARN", "arn");
      environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());

      assertThatThrownBy(() -> find(null))
          .isInstanceOf(CredentialsException.class)
          .hasMessage(
              "The credentials of the web identity of the environment cannot be had: the service of"
                  + " security tokens: the server answers with 400 (ExpiredTokenException)");

      Files.delete(token);
      assertThatThrownBy(() -> find(null))
          .hasMessage("The file " + token + " cannot be read, or holds no token");
    }
  }

  @Test
  void credentialsWithOddCharactersAreRefused() {
    keysInTheEnvironment();
    environment.put("AWS_SESSION_TOKEN", "TOKEN\r\nX: y");

    assertThatThrownBy(() -> find(null))
        .hasMessage("The credentials of the environment have characters that no request can carry");
  }

  @Test
  void credentialsShowNothingOfThemselves() {
    assertThat(new AwsCredentials("AKID", "SECRET", "TOKEN", null, "the test"))
        .hasToString("AwsCredentials[of the test]");
  }
}
