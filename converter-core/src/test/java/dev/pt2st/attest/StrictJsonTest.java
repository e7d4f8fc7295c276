package dev.pt2st.attest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a statement of a stranger holds, reading it ends in one sentence. */
class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1e99999999999}",
        "{\"a\": -1e-99999999999}",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": 1} 2",
        "{\"a\": NaN}",
        "{\"a\": 1e3}",
        "{\"a\": 1.0}",
        "{\"a\": -0}",
        "\uFEFF{\"a\": 1}",
        "[1]",
        "",
      })
  void whatIsNoObjectOfPlainValuesIsRefused(String text) {
    Place place = Place.of(ResourceName.of(Path.of("statement.json")));
    assertThatThrownBy(() -> StrictJson.read(text.getBytes(StandardCharsets.UTF_8), place))
        .isInstanceOf(MalformedException.class);
  }
}
