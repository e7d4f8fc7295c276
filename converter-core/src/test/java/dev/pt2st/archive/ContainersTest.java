package dev.pt2st.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.Wrap;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is told by its content: checkpoints are opened, everything else is named. */
class ContainersTest {
  private static final byte[] PICKLE = {(byte) 0x80, 2, 'N', '.'};

  @TempDir Path temporary;

  private String layoutOf(byte[] content) throws IOException, CheckpointException {
    // The name says nothing.
    try (MappedFile file = MappedFile.open(Files.write(temporary.resolve("x.txt"), content))) {
      return Containers.detect(file, Limits.STANDARD).layout();
    }
  }

  private static byte[] latin1(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Test
  void aZipWithAPickleIsACheckpoint() throws Exception {
    assertThat(layoutOf(new ZipBuilder().stored("a/data.pkl", PICKLE).build()))
        .isEqualTo("PyTorch ZIP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\2M\u00e9\3.",
        "\u0080\4\u0095\r\0\0\0\0\0\0\0\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.",
        "L119547037146038801333356L\n.I1001\n."
      })
  void theMagicNumberMakesALegacyStream(String start) throws Exception {
    assertThat(layoutOf(latin1(start))).isEqualTo("PyTorch legacy stream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\2N.",
        "\u0080\5\u0095\1\0\0\0\0\0\0\0.",
        "(lp0\n.",
        "}.",
        ").",
        "].",
        "cm\nn\n.",
        "I1\n.",
        "L1L\n.",
        "F1.0\n.",
        "S'a'\n.",
        "Vabc\n.",
        "U\1a.",
        "X\1\0\0\0a."
      })
  void aPickleOfAnyProtocolIsOne(String content) throws Exception {
    assertThat(layoutOf(latin1(content))).isEqualTo("pickle");
  }

  @Test
  void anEmptyFileIsMalformed() {
    assertThatThrownBy(() -> layoutOf(new byte[0]))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the file is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1\\noid sha256:0 | Git LFS pointer",
        "<!DOCTYPE html><html>                                     | HTML page",
        "\\n <HTML lang=en>                                        | HTML page",
        "\\10\\0\\0\\0\\0\\0\\0\\0{\"a\":1}                         | safetensors file already",
        "\\30\\0\\0\\0PTMF\\0\\0                                  | flatbuffer format",
        "GGUF\\3\\0\\0\\0                                          | GGUF file",
        "\\211HDF\\r\\n\\32\\n                                     | HDF5 file",
        "\\223NUMPY\\1\\0                                          | NumPy array file",
        "hello                                                     | not a checkpoint that pt2st knows",
        "\\0\\0\\0\\0                                              | not a checkpoint that pt2st knows",
        "(abc                                                      | not a checkpoint that pt2st knows",
      })
  void aForeignFormatIsNamed(String start, String is) {
    assertThatThrownBy(() -> layoutOf(latin1(start.translateEscapes())))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining(is);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7z\\274\\257'\\34\\0\\4 | 7z archive",
        "\\37\\213\\10\\0       | gzip",
        "\\3757zXZ\\0\\0\\4     | xz",
        "BZh91AY                    | bzip2",
        "(\\265/\\375\\4           | zstd",
        "Z*M\\30\\3\\0\\0\\0       | zstd",
      })
  void whatHoldsACheckpointIsToldByItsStart(String start, String layout) throws Exception {
    assertThat(layoutOf(latin1(start.translateEscapes()))).isEqualTo(layout);
  }

  @Test
  void aTarOfFilesIsAnArchive() throws Exception {
    assertThat(layoutOf(Wrap.tar(Map.of("w.pt", PICKLE)))).isEqualTo("tar archive");
  }

  @Test
  void aZipWithoutAPickleInItsFirstFolderIsAnArchive() throws Exception {
    assertThat(layoutOf(new ZipBuilder().stored("m/readme.txt", PICKLE).build()))
        .isEqualTo("ZIP archive");
  }

  private static byte[] zipOf(String... entries) {
    ZipBuilder zip = new ZipBuilder();
    for (String entry : entries) {
      zip.stored(entry, PICKLE);
    }
    return zip.build();
  }

  @ParameterizedTest
  @CsvSource({
    "m/data.pkl m/constants.pkl, TorchScript",
    "m/data.pkl m/CONSTANTS.PKL m/bytecode.pkl, TorchScript",
    "m/data.pkl m/model.json, PyTorch ZIP",
    "m/data.pkl x/constants.pkl, PyTorch ZIP",
    "m/version m/model.json, TorchScript of PyTorch 1.0 to 1.3",
    "m/data/weights/model_weights_config.json, exported program",
    "m/archive_format m/data/weights/model.pt, exported program",
    "serialized_state_dict.pt serialized_exported_program.json, exported program",
    "serialized_exported_program.json serialized_state_dict.json, exported program",
    "serialized_state_dict.pt m/data.pkl, ZIP archive",
    "m/data/weights/w0, ZIP archive"
  })
  void aZipIsToldByItsRecords(String entries, String layout) throws Exception {
    assertThat(layoutOf(zipOf(entries.split(" ", -1)))).isEqualTo(layout);
  }

  @ParameterizedTest
  @CsvSource({
    "m/constants.pkl m/code/__torch__.py, it has no record data.pkl",
    "m/archive_format m/data/aotinductor/model/a.so, without the weights of an exported program",
    "m/data.pkl m/constants.pkl m/model.json, the archive has two models",
    "m/data/weights/model.pt m/data/weights/model_weights_config.json, has its tensors twice",
    "m/data.pkl m/constants.pkl n/data.pkl, a second checkpoint"
  })
  void aZipThatIsNoWholeModelOrTwoIsNone(String entries, String problem) {
    assertThatThrownBy(() -> layoutOf(zipOf(entries.split(" ", -1))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void everyFileOfAFewBytesIsNamedOrRefused() {
    for (int first = 0; first < 256; first++) {
      for (int length = 1; length <= 3; length++) {
        byte[] content = new byte[length];
        content[0] = (byte) first;
        try {
          assertThat(layoutOf(content)).isNotEmpty();
        } catch (CheckpointException e) {
          assertThat(e.problem()).isNotEmpty();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
