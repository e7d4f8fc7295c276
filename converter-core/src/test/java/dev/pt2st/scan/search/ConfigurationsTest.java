package dev.pt2st.scan.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The name by which NeMo finds its configuration, in the forms that lead to the same file. */
class ConfigurationsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_config.yaml",
        "./model_config.yaml",
        "a/b/model_config.yaml",
        "a.tar!model_config.yaml",
        "a.tar!b/Model_Config.YAML",
        "model_config.yaml/",
        "a/model_config.yaml//",
      })
  void theNameIsTheLastPart(String path) {
    assertThat(Configurations.isOfNemo(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a", "my_model_config.yaml", "model_config.yaml/a"})
  void otherNamesAreOthers(String path) {
    assertThat(Configurations.isOfNemo(path)).isFalse();
  }
}
