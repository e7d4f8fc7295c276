package dev.pt2st.scan.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not come out whole is said to be incomplete. */
class InflationTest {
  private static final byte[] CONTENT = new byte[3000];
  private static final byte[] NONE = {};

  @TempDir Path temporary;

  private static byte[] zlib(byte[] dictionary) {
    Deflater deflater = new Deflater();
    try {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      deflater.setInput(CONTENT);
      deflater.finish();
      byte[] room = new byte[CONTENT.length];
      return Arrays.copyOf(room, deflater.deflate(room));
    } finally {
      deflater.end();
    }
  }

  /** Why it is not whole; empty if it is. */
  private String problem(byte[] compressed, long size) throws IOException, CheckpointException {
    Path path = Files.write(temporary.resolve("a.z"), compressed);
    try (MappedFile file = MappedFile.open(path)) {
      Unpacking unpacking = new Unpacking(file, Limits.STANDARD, true, ScratchFolder.TEMPORARY);
      try (Inflation inflation = Inflation.of(file, file, size, false, file.name(), unpacking)) {
        return inflation.problem() == null ? "" : inflation.problem().problem();
      }
    }
  }

  @Test
  void whatIsWholeIsSound() throws Exception {
    assertThat(problem(zlib(NONE), -1)).isEmpty();
    assertThat(problem(zlib(NONE), CONTENT.length)).isEmpty();
  }

  @Test
  void whatIsNotIsSaid() throws Exception {
    byte[] whole = zlib(NONE);
    assertThat(problem(whole, 1)).isEqualTo("it has 3000 bytes and its entry says 1");
    assertThat(problem(Arrays.copyOf(whole, whole.length - 1), -1)).contains("cut short");
    whole[whole.length - 1]++;
    assertThat(problem(whole, -1)).contains("damaged");
  }

  /** Nothing comes out of it for who does not have the dictionary. */
  @Test
  void whatNeedsADictionaryIsNotSound() throws Exception {
    assertThat(problem(zlib(new byte[] {1, 2, 3}), -1)).contains("damaged");
  }
}
