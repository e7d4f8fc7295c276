package dev.pt2st.migrate.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldLineTest {
  static Stream<List<String>> fields() {
    return Stream.of(
        List.of(),
        List.of(""),
        List.of("", ""),
        List.of("a", "", "b"),
        List.of("\\", "\\n", "\t", "\n", "\r", "\r\n", "\\\\t"),
        List.of("\u00e9\u6f22\ud83d\ude00\ufffd"));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void textsAreReadAsTheyWereWritten(List<String> fields) {
    String line = FieldLine.write(fields);
    assertThat(line.lines().count()).isLessThan(2);
    assertThat(FieldLine.read(line)).isEqualTo(fields);
  }
}
