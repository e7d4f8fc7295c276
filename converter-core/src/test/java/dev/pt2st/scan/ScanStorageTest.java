package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In a storage any bytes may stand: they are reported only where they are more than chance. */
class ScanStorageTest {
  @TempDir Path folder;

  private Path withStorage(String bytes) throws IOException {
    byte[] content = bytes.getBytes(StandardCharsets.ISO_8859_1);
    Torch torch = new Torch();
    Object storage = torch.storage("ByteStorage", content, content.length);
    byte[] zip = torch.zip(Torch.view(storage, 0, Py.tuple(content.length), Py.tuple(1)));
    return Files.write(folder.resolve("model.pt"), zip);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001f\u008b\0weights",
        "\u001f\u008b\u00ffweights",
        "\u0080\2c\u00ff\u00fe\n\1\n)R.",
        "\u0080\4\u008c\1\0\u008c\1 \u0093.",
        "\u0080\4K\1K\2\u0093weights",
      })
  void chanceIsSafe(String bytes) throws IOException {
    Path file = withStorage(bytes);
    assertThat(new FileScanner(ScanOptions.STANDARD).scan(file).findings()).isEmpty();
    ConvertOptions strict =
        ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.strict()));
    assertThatCode(() -> Converter.plan(file, strict)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\2cos\nsystem\n(S'id'\ntR.",
        "\u0080\4\u008c\2os\u008c\6system\u0093.",
        "\u0080\2c\u00ff\u00fe\n\1\n0cos\nsystem\n.",
      })
  void aPickleIsNot(String bytes) throws IOException {
    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(withStorage(bytes));
    assertThat(report.verdict()).isEqualTo(Verdict.DANGEROUS);
  }

  /** Half a pair of surrogates is not a question mark, which Java makes of it. */
  @Test
  void aKeyThatIsNoTextHasNoRecord() throws IOException {
    String pickle =
        "\u0080\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"
            + "X\3\0\0\0\u00ed\u00a0\u0080X\3\0\0\0cpuK\2tQK\0(K\2t(K\1t\u0089"
            + "ccollections\nOrderedDict\n)RtR.";
    byte[] zip =
        new ZipBuilder()
            .stored("archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1))
            .stored("archive/version", new byte[] {'3', '\n'})
            .stored("archive/data/?", new byte[8])
            .build();
    Path file = Files.write(folder.resolve("half.pt"), zip);
    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(file);
    assertThat(report.verdict()).isEqualTo(Verdict.MALFORMED);
    assertThatThrownBy(() -> Converter.plan(file, ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class);
  }

  /** {@code numpy.load} takes any ZIP for an archive of arrays. */
  @ParameterizedTest
  @CsvSource({"|O, DANGEROUS", "<i8, SAFE"})
  void anArrayIsReadAsNumpyDoes(String dtype, Verdict verdict) throws IOException {
    String header = "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': (1,), }";
    String array =
        "\u0093NUMPY\1\0v\0"
            + String.format("%-117s\n", header)
            + (verdict == Verdict.SAFE ? "12345678" : "(S'id'\nios\nsystem\n.");
    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(withStorage(array));
    assertThat(report.verdict()).isEqualTo(verdict);
  }
}
