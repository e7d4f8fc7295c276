package dev.pt2st.verify;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.SafetensorsBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that becomes shorter while it is read is named, and does not end the JVM. */
class CutShortFilesTest {
  private static final int BYTES = 1 << 20;

  @TempDir Path temporary;

  private Path one;
  private Path other;

  @BeforeEach
  void write() throws IOException {
    byte[] file =
        SafetensorsBytes.of(
            "{" + tensor("a", "U8", "[" + BYTES + "]", 0, BYTES) + "}", new byte[BYTES]);
    one = Files.write(temporary.resolve("one"), file);
    other = Files.write(temporary.resolve("other"), file);
  }

  private static ProgressListener cutting(Path file) {
    return new ProgressListener() {
      @Override
      public void planned(long bytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(4096);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void written(long bytes) {}
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOneOfTwoThatWasCutShortIsNamed(boolean first) {
    Path cut = first ? one : other;
    assertThatThrownBy(() -> Verifier.verify(one, other, ConvertOptions.STANDARD, cutting(cut)))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(cut + ": the file was cut short");
  }

  @Test
  void aFileThatIsSummedUpMayBeCutShortToo() {
    assertThatThrownBy(() -> ModelDigest.of(one, ConvertOptions.STANDARD, cutting(one)))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(one + ": the file was cut short");
  }
}
