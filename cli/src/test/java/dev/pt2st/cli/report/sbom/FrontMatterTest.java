package dev.pt2st.cli.report.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Model cards: what is read of one is what a reader of YAML reads, or nothing. */
class FrontMatterTest {
  @TempDir Path temporary;

  private FrontMatter read(String card) throws IOException {
    return FrontMatter.of(Files.writeString(temporary.resolve("README.md"), card));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "license: mit",
        "license: 'mit'",
        "license: \"mit\" # as ever",
        "license:   mit   ",
        "license:\n- mit\n- apache-2.0",
        "license:\n  - mit\n  # one more\n  - 'apache-2.0'",
        "license: [mit, \"apache-2.0\"]",
        "license: []",
        "license: # nothing\n- mit",
        "license: c#",
        "license: a-b_c.d/e+f",
        "license: http://host/a:b",
        "tags:\n- a\nlicense: mit\nlanguage: en"
      })
  void aPlainValueIsRead(String yaml) throws IOException {
    Object value = ((Map<?, ?>) yaml(yaml)).get("license");
    List<?> expected = value instanceof List<?> list ? list : List.of(value);
    assertThat(read("---\n" + yaml + "\n---\n").texts("license")).isEqualTo(expected);
    assertThat(read("---\r\n" + yaml.replace("\n", "\r\n") + "\r\n---\r\n").texts("license"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "license: |\n  mit",
        "license: >-\n  mit",
        "license: &a mit",
        "license: *a",
        "license: !!str mit",
        "license: mit\n  and more",
        "license: {id: mit}",
        "license: \"m\\u0069t\"",
        "license: 'm''it'",
        "license: [mit, [apache-2.0]]",
        "license:\n- id: mit",
        "license:\n  mit",
        "license: mit\nlicense: apache-2.0",
        "license: \"mit",
        "license: [mit",
        "license: @mit",
        "license: a: b",
        "license: a:\tb",
        "license: -a: b",
        "license: [-a]b]",
        "license: mit\u0085and more",
        "license: \"mit\u2028and more\"",
        "license: null",
        "license: ~",
        "license: False",
        "license:\n- No",
        "  license: mit",
        "\"license\": mit",
        "? license\n: mit",
        "a: |\n license: mit",
        "{license: mit}"
      })
  void whatIsMoreThanAPlainValueIsNotTaken(String yaml) throws IOException {
    List<String> read = read("---\n" + yaml + "\n---\n").texts("license");
    assertThat(read).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "license: mit",
        "# A model\n---\nlicense: mit\n---\n",
        "---\nlicense: mit\n",
        " ---\nlicense: mit\n---\n"
      })
  void aCardWithoutFrontMatterSaysNothing(String card) throws IOException {
    assertThat(read(card).texts("license")).isEmpty();
    assertThat(read(card).text("license")).isEmpty();
  }

  @Test
  void aCardThatIsNotThereSaysNothing() throws IOException {
    assertThat(FrontMatter.of(temporary.resolve("missing")).texts("license")).isEmpty();
    assertThat(FrontMatter.of(temporary).texts("license")).isEmpty();
  }

  @Test
  void aLongCardIsReadNoFurtherThanItMay() throws IOException {
    assertThat(read("---\nlicense: mit\n" + "#\n".repeat(1 << 18) + "---\n").texts("license"))
        .isEmpty();
    assertThat(read("---\nlicense: " + "[".repeat(1 << 17) + "\n---\n").texts("license")).isEmpty();
    assertThat(read("---\nlicense: " + "a:".repeat(1 << 16) + "b\n---\n").texts("license"))
        .isEmpty();
    assertThat(read("---\nlicense: " + " #".repeat(1 << 16) + "\n---\n").texts("license"))
        .isEmpty();
  }

  /** Blanks that could be shared out in many ways between two parts of a pattern. */
  @ParameterizedTest
  @Timeout(10)
  @ValueSource(strings = {"license:%s\u2028x", "license:\n-%s\u2028x", "license:\n%s\u2028-"})
  void aLongLineIsReadOnce(String yaml) throws IOException {
    String line = yaml.replace("%s", " ".repeat((1 << 18) - 100));
    assertThat(read("---\n" + line + "\n---\n").texts("license")).isEmpty();
  }

  private static Object yaml(String text) {
    try {
      return new Load(LoadSettings.builder().build()).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void identifiersAreThoseOfTheSpdxList() throws IOException {
    Set<String> known = new HashSet<>();
    try (InputStream in = FrontMatterTest.class.getResourceAsStream("/spdx.schema.json")) {
      String schema = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      JsonArray ids = JsonParser.parseString(schema).getAsJsonObject().getAsJsonArray("enum");
      for (JsonElement id : ids) {
        known.add(id.getAsString());
      }
    }
    assertThat(SpdxLicences.ids()).isSubsetOf(known).hasSizeGreaterThan(40);
    assertThat(SpdxLicences.id("cc-by-nc-sa-4.0")).isEqualTo("CC-BY-NC-SA-4.0");
    assertThat(SpdxLicences.id("llama3")).isNull();
  }
}
