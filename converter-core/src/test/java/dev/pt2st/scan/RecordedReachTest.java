package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What CPython 3.11 reached in generated streams, from a table: so the steps of its unpicklers are
 * held where there is no Python, and where classes are changed to see who notices. The table is
 * made by {@link UnpicklerReachTest} with {@code -Dpt2st.reach.record=FILE}.
 */
class RecordedReachTest {
  private static final String TABLE = "recorded_reach.tsv";
  private static final int MOST_TOLD = 10;

  @TempDir Path temporary;

  /** A line of the table: seed, CRC-32 of the stream, then module and name of each global. */
  static String line(long seed, byte[] stream, List<List<String>> reached) {
    StringBuilder line = new StringBuilder();
    line.append(seed).append('\t').append(crc(stream));
    for (List<String> name : reached) {
      line.append('\t').append(escaped(name.getFirst()));
      line.append('\t').append(escaped(name.getLast()));
    }
    return line.toString();
  }

  private static String crc(byte[] stream) {
    CRC32 crc = new CRC32();
    crc.update(stream);
    return String.format("%08x", crc.getValue());
  }

  /** ASCII without tabs and line ends: everything else is written as a number. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> {
          if (c > ' ' && c < 0x7f && c != '%') {
            escaped.append((char) c);
          } else {
            escaped.append(String.format("%%%04x", c));
          }
        });
    return escaped.toString();
  }

  private static String plain(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < escaped.length(); at++) {
      char c = escaped.charAt(at);
      if (c == '%') {
        text.append((char) Integer.parseInt(escaped.substring(at + 1, at + 5), 16));
        at += 4;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  @Test
  void whateverCPythonReachedIsNamed() throws IOException {
    ReachCheck check = new ReachCheck(temporary.resolve("stream.bin"));
    List<String> wrong = new ArrayList<>();
    int looked = 0;
    InputStream table = Objects.requireNonNull(getClass().getResourceAsStream(TABLE), TABLE);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(table, StandardCharsets.US_ASCII))) {
      String line = lines.readLine();
      while (line != null && wrong.size() < MOST_TOLD) {
        String[] fields = line.split("\t", -1);
        byte[] stream = ReachCheck.stream(Long.parseLong(fields[0]));
        assertThat(crc(stream))
            .as("the streams are others than when %s was made", TABLE)
            .isEqualTo(fields[1].toLowerCase(Locale.ROOT));
        List<List<String>> reached = new ArrayList<>();
        for (int i = 2; i < fields.length; i += 2) {
          reached.add(List.of(plain(fields[i]), plain(fields[i + 1])));
        }
        String problem = check.problem(stream, reached);
        if (!problem.isEmpty()) {
          wrong.add(fields[0] + ": " + problem);
        }
        looked++;
        line = lines.readLine();
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(looked).isGreaterThan(400);
  }
}
