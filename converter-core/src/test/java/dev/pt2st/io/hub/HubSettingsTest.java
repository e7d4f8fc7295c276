package dev.pt2st.io.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment means what it means to huggingface_hub. */
class HubSettingsTest {
  @TempDir private Path home;

  private HubSettings settings(String... variables) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (String variable : variables) {
      String[] words = variable.split("=", 2);
      environment.put(words[0], words[1]);
    }
    return HubSettings.of(environment, home);
  }

  private void token(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void withoutAnyVariableItIsTheHub() throws IOException {
    HubSettings settings = settings();
    assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(settings.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(settings.token()).isEqualTo(HubToken.NONE);
    assertThat(settings.offline()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "HF_HUB_CACHE=/c, /c",
    "HUGGINGFACE_HUB_CACHE=/c, /c",
    "HF_HOME=/h, /h/hub",
    "XDG_CACHE_HOME=/x, /x/huggingface/hub",
    "HOME=/other, /other/.cache/huggingface/hub",
    "HF_HUB_CACHE=$XDG_CACHE_HOME/c, $XDG_CACHE_HOME/c",
    "HF_HOME=, HOME/.cache/huggingface/hub"
  })
  void theCacheIsWhereTheVariablesSay(String variable, String path) throws IOException {
    assertThat(settings(variable).cache().toString())
        .isEqualTo(path.replaceFirst("^HOME", home.toString()));
  }

  @Test
  void pathsHaveTildesAndVariables() throws IOException {
    assertThat(settings("HF_HOME=~/h").cache()).isEqualTo(home.resolve("h/hub"));
    assertThat(settings("HF_HUB_CACHE=/d/${USER}/$N/x", "USER=me", "N=a$b").cache())
        .isEqualTo(Path.of("/d/me/a$b/x"));
    assertThat(settings("HF_HUB_CACHE=/a", "HUGGINGFACE_HUB_CACHE=/b", "HF_HOME=/c").cache())
        .isEqualTo(Path.of("/a"));
  }

  @Test
  void aTokenIsInAVariableOrInAFile() throws IOException {
    token(".cache/huggingface/token", "hf_file\n");
    token("elsewhere", " hf_else \r\n");
    assertThat(settings().token().value()).isEqualTo("hf_file");
    assertThat(settings("HF_TOKEN_PATH=" + home.resolve("elsewhere")).token().value())
        .isEqualTo("hf_else");
    assertThat(settings("HF_TOKEN=hf_one\n", "HUGGING_FACE_HUB_TOKEN=hf_two").token())
        .isEqualTo(new HubToken("hf_one", "HF_TOKEN"));
    assertThat(settings("HUGGING_FACE_HUB_TOKEN=hf_two").token())
        .isEqualTo(new HubToken("hf_two", "HUGGING_FACE_HUB_TOKEN"));
    assertThat(settings("HF_TOKEN=hf_one", "HF_HUB_DISABLE_IMPLICIT_TOKEN=1").token())
        .isEqualTo(HubToken.NONE);
    assertThat(settings("HF_TOKEN= ").token().value()).isEqualTo("hf_file");
  }

  @Test
  void aTokenIsNeverShown() throws IOException {
    HubSettings settings = settings("HF_TOKEN=hf_secret");
    assertThat(settings.toString()).contains("from HF_TOKEN").doesNotContain("hf_secret");
    token(".cache/huggingface/token", "hf_secret".repeat(10_000));
    assertThatThrownBy(this::settings)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too large")
        .hasMessageNotContaining("hf_secret");
  }

  @ParameterizedTest
  @CsvSource({
    "http://hub.corp/, http://hub.corp",
    "https://hub.corp:8443/prefix//, https://hub.corp:8443/prefix"
  })
  void anotherHubCanBeNamed(String endpoint, URI used) throws IOException {
    assertThat(settings("HF_ENDPOINT=" + endpoint).endpoint()).isEqualTo(used);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hub.corp",
        "ftp://hub.corp",
        "https://u:secret@hub.corp",
        "https://hub.corp/?secret",
        "https://hub corp/secret"
      })
  void whatIsNoHubIsSaid(String endpoint) {
    assertThatThrownBy(() -> settings("HF_ENDPOINT=" + endpoint))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HF_ENDPOINT")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "HF_HUB_OFFLINE=1, true",
    "HF_HUB_OFFLINE=on, true",
    "HF_HUB_OFFLINE=0, false",
    "TRANSFORMERS_OFFLINE=true, true"
  })
  void offlineIsOneOfFourWords(String variable, boolean offline) throws IOException {
    assertThat(settings(variable).offline()).isEqualTo(offline);
  }

  @Test
  void theOlderVariableCountsOnlyWithoutTheOther() throws IOException {
    assertThat(settings("HF_HUB_OFFLINE=0", "TRANSFORMERS_OFFLINE=1").offline()).isFalse();
  }
}
