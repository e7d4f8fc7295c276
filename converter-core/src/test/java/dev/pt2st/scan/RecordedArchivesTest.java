package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Odd archives and compressed streams out of which a reader of CPython 3.11 got the payload, from a
 * table: so that what {@link ArchiveReachTest} holds is held where there is no Python, and where
 * classes are changed to see who notices. The table is made by {@code odd_archives.py record}.
 */
class RecordedArchivesTest {
  private static final String TABLE = "recorded_archives.tsv.gz";

  @TempDir Path temporary;

  /** The archives of a kind, by name. */
  private static Map<String, byte[]> recorded(String kind) throws IOException {
    Map<String, byte[]> archives = new LinkedHashMap<>();
    try (BufferedReader table =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(RecordedArchivesTest.class.getResourceAsStream(TABLE))),
                StandardCharsets.US_ASCII))) {
      for (String line = table.readLine(); line != null; line = table.readLine()) {
        String[] fields = line.split("\t", -1);
        if (fields[0].startsWith(kind + "-")) {
          archives.put(fields[0], Base64.getDecoder().decode(fields[1]));
        }
      }
    }
    return archives;
  }

  @ParameterizedTest
  @CsvSource({"zip, 400", "tar, 200", "stream, 300"})
  void thePayloadIsNamed(String kind, int least) throws IOException {
    Map<String, byte[]> archives = recorded(kind);
    assertThat(archives).hasSizeGreaterThan(least);
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, byte[]> archive : archives.entrySet()) {
      Path file = Files.write(temporary.resolve(archive.getKey()), archive.getValue());
      String problem = ArchiveReachTest.problem(file);
      if (!problem.isEmpty()) {
        wrong.add(problem);
      }
    }
    assertThat(wrong).isEmpty();
  }
}
