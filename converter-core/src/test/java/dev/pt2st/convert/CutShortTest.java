package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An input that becomes shorter while it is copied ends in words, not in a crash of the JVM. */
class CutShortTest {
  private static final int BYTES = 1 << 20;

  /** One tensor of a million bytes; a bar stands for the end of a line. */
  private static final String PICKLE =
      ("\u0080\2}(X\1\0\0\0wctorch._utils|_rebuild_tensor_v2|((X\7\0\0\0storagectorch|FloatStorage|"
              + "X\1\0\0\0000X\3\0\0\0cpuJ\0\0\4\0tQK\0J\0\0\4\0\u0085K\1\u0085\u0089"
              + "ccollections|OrderedDict|)RtRu.")
          .replace('|', '\n');

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInputThatIsCutShortIsMalformed(boolean checkCrc) throws Exception {
    byte[] zip =
        new ZipBuilder()
            .stored("archive/data.pkl", PICKLE.getBytes(StandardCharsets.ISO_8859_1))
            .stored("archive/data/0", new byte[BYTES])
            .build();
    Path input = Files.write(temporary.resolve("in.pt"), zip);
    Path output = temporary.resolve("out.safetensors");
    ProgressListener cutter =
        new ProgressListener() {
          @Override
          public void planned(long bytes) {
            try (FileChannel channel = FileChannel.open(input, StandardOpenOption.WRITE)) {
              channel.truncate(4096);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public void written(long bytes) {}
        };
    assertThatThrownBy(() ->
            Converter.convert(
                input,
                output,
                ConvertOptions.STANDARD.withRead(
                    ReadOptions.STANDARD.withCrc(
                        checkCrc ? ReadOptions.Crc.COMPARE : ReadOptions.Crc.IGNORE)),
                cutter))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("cut short");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactly(input);
    }
  }
}
