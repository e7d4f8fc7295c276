package dev.pt2st.io.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings are found where the tools of AWS find them. */
class AwsSettingsTest {
  private static final String CONFIG =
      """
      # settings of a test
      [default]
      region = eu-west-1
      [profile work]
        region = eu-central-1 # indented as a whole
        services = lab
        s3 =
          addressing_style = path
          endpoint_url = https://sub.example
        endpoint_url = https://all.example
      [profile "two words"]
      region=us-west-2
      [services lab]
      s3 =
        endpoint_url = https://lab.example
      sts =
        endpoint_url = https://sts.example
      [work]
      region = not-a-profile
      """;

  private static final String CREDENTIALS =
      """
      [work]
      aws_access_key_id = AKWORK
      aws_secret_access_key = SECRETWORK
      ; a comment
      """;

  @TempDir Path home;

  private AwsSettings read(String asked, String... variables) throws IOException {
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(home.resolve(".aws/config"), CONFIG);
    Files.writeString(home.resolve(".aws/credentials"), CREDENTIALS);
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return AwsSettings.read(environment, home, asked);
  }

  @Test
  void aProfileIsTheDefaultOneOrTheOneThatIsNamed() throws Exception {
    assertThat(read(null).region()).contains("eu-west-1");
    assertThat(read(null, "AWS_PROFILE", "work").region()).contains("eu-central-1");
    assertThat(read(null, "AWS_DEFAULT_PROFILE", "work").region()).contains("eu-central-1");
    assertThat(read("two words", "AWS_PROFILE", "work").region()).contains("us-west-2");
  }

  @Test
  void theEnvironmentGoesBeforeTheProfile() throws Exception {
    assertThat(read(null, "AWS_DEFAULT_REGION", "a").region()).contains("a");
    assertThat(read(null, "AWS_DEFAULT_REGION", "a", "AWS_REGION", "b").region()).contains("b");
  }

  @Test
  void bothFilesSayWhatAProfileIs() throws Exception {
    AwsSettings settings = read("work");

    assertThat(settings.profile().get("aws_access_key_id")).isEqualTo("AKWORK");
    assertThat(settings.profile().get("region")).isEqualTo("eu-central-1");
    assertThat(settings.ofService("s3", "addressing_style")).contains("path");
  }

  @Test
  void anEndpointIsTheMostSpecificOne() throws Exception {
    String[] all = {
      "AWS_ENDPOINT_URL_S3", "https://s3.variable", "AWS_ENDPOINT_URL", "https://variable"
    };
    assertThat(read("work", all).endpoint("s3")).contains("https://s3.variable");
    assertThat(read("work", all).endpoint("sts")).contains("https://variable");
    assertThat(read("work").endpoint("s3")).contains("https://lab.example");
    assertThat(read("work").endpoint("sts")).contains("https://sts.example");
    assertThat(read("work").endpoint("other")).contains("https://all.example");
    assertThat(read(null).endpoint("s3")).isEmpty();
    assertThat(
            read("work", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", all[0], all[1])
                .endpoint("s3"))
        .isEmpty();
  }

  @Test
  void filesMayBeElsewhere() throws Exception {
    Path config = Files.writeString(home.resolve("other"), "[default]\nregion = x\n");

    assertThat(read(null, "AWS_CONFIG_FILE", config.toString()).region()).contains("x");
    assertThat(read(null, "AWS_CONFIG_FILE", "~/other").region()).contains("x");
    assertThat(read(null, "AWS_CONFIG_FILE", home + "/none").region()).isEmpty();
  }

  @Test
  void theEnvironmentMayHaveAnotherHome() throws Exception {
    Path other = Files.createDirectories(home.resolve("other/.aws"));
    Files.writeString(other.resolve("config"), "[default]\nregion = y\n");

    assertThat(read(null, "HOME", home.resolve("other").toString()).region()).contains("y");
  }

  @Test
  void aProfileThatIsNamedMustBeThere() {
    assertThatThrownBy(() -> read("absent"))
        .isInstanceOf(CredentialsException.class)
        .hasMessage(
            "There is no profile absent in "
                + home.resolve(".aws/config")
                + " or in "
                + home.resolve(".aws/credentials"));
    assertThatThrownBy(() -> read(null, "AWS_PROFILE", "absent"))
        .hasMessageStartingWith("There is no profile absent");
  }

  @ParameterizedTest
  @CsvSource({
    "'aws_secret_access_key = SECRET', line 1 has no setting and no section",
    "'[a]\nSECRET', line 2 has no setting and no section",
    "'[a]\n= SECRET', line 2 has no setting and no section",
    "'\n\n[SECRET', the section in line 3 has no end",
  })
  void aFileThatIsNotAsAwsWritesItIsRefused(String content, String why) throws Exception {
    Path file = Files.writeString(home.resolve("odd"), content);

    assertThatThrownBy(() -> read(null, "AWS_SHARED_CREDENTIALS_FILE", file.toString()))
        .isInstanceOf(CredentialsException.class)
        .hasMessage("The file " + file + " is not as AWS writes it: " + why);
  }

  @Test
  void aHugeFileAndAFolderAreRefused() throws Exception {
    Path file = home.resolve("huge");
    Files.write(file, new byte[(1 << 20) + 1]);

    assertThatThrownBy(() -> read(null, "AWS_CONFIG_FILE", file.toString()))
        .hasMessage("The file " + file + " is too large for settings of AWS");
    assertThatThrownBy(() -> read(null, "AWS_CONFIG_FILE", home.toString()))
        .hasMessage("The file " + home + " cannot be read");
  }
}
