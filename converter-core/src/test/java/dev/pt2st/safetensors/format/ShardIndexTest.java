package dev.pt2st.safetensors.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Byte for byte {@code json.dumps(index, indent=2, sort_keys=True) + "\n"}. */
class ShardIndexTest {
  @Test
  void keysAreSortedAndIndented() {
    assertThat(index(Map.of("b", "x-2", "a", "x-1", "B", "x-1"), 77, Map.of()))
        .isEqualTo(
            """
            {
              "metadata": {
                "total_size": 77
              },
              "weight_map": {
                "B": "x-1",
                "a": "x-1",
                "b": "x-2"
              }
            }
            """);
  }

  @Test
  void textsStandBesideTheSize() {
    assertThat(index(Map.of("a", "x"), 5, Map.of("z", "last", "note", "first", "total_size", "9")))
        .isEqualTo(
            """
            {
              "metadata": {
                "note": "first",
                "total_size": 5,
                "z": "last"
              },
              "weight_map": {
                "a": "x"
              }
            }
            """);
  }

  /** By code point: a surrogate pair stands behind U+FFFF, and is escaped as two units. */
  @Test
  void allBeyondPrintableAsciiIsEscaped() {
    Map<String, String> shards =
        Map.of("\ud83e\udd17", "x", "\uffff", "x", "é\"\\\n\u0001\u007f", "x");
    assertThat(index(shards, 0, Map.of()))
        .isEqualTo(
            """
            {
              "metadata": {
                "total_size": 0
              },
              "weight_map": {
                "\\u00e9\\"\\\\\\n\\u0001\\u007f": "x",
                "\\uffff": "x",
                "\\ud83e\\udd17": "x"
              }
            }
            """);
  }

  private static String index(
      Map<String, String> shards, long totalBytes, Map<String, String> metadata) {
    return new String(ShardIndex.write(shards, totalBytes, metadata), StandardCharsets.UTF_8);
  }
}
