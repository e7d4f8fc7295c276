package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.ResourceTable;
import dev.pt2st.testing.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of an output are the same from one version to the next. */
class OutputBytesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("lines")
  void anOutputHasTheBytesThatItAlwaysHad(String line) throws Exception {
    List<String> fields = List.of(line.split("\t"));
    Path output = folder.resolve("model.safetensors");

    Converter.convert(
        Corpus.samples().folder().resolve(fields.get(0)),
        output,
        ConvertOptions.STANDARD,
        ProgressListener.NONE);

    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(output));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(fields.get(1));
  }

  static List<String> lines() {
    return ResourceTable.lines(OutputBytesTest.class, "output-digests.tsv");
  }
}
