package dev.pt2st.verify;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.SafetensorsBytes;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A digest is that of the lines of all tensors, and of nothing else. */
class ModelDigestTest {
  private static final String SHA256_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path temporary;

  private ModelDigest digest(String name, byte[] file) throws Exception {
    Path path = Files.write(temporary.resolve(name), file);
    return ModelDigest.of(path, ConvertOptions.STANDARD, ProgressListener.NONE);
  }

  @Test
  void aLineHasDigestDTypeShapeAndName() throws Exception {
    String header = "{" + tensor("a\\n\\\"\\\\é\\u0001\u2028", "F16", "[1,2]", 0, 4) + "}";
    ModelDigest digest = digest("f", SafetensorsBytes.of(header, new byte[] {1, 2, 3, 4}));
    assertThat(digest.tensors())
        .extracting(TensorDigest::line)
        .containsExactly(
            Corpus.sha256(new byte[] {1, 2, 3, 4}) + " F16 [1,2] \"a\\n\\\"\\\\é\\u0001\u2028\"");
  }

  @Test
  void theDigestIsThatOfTheLines() throws Exception {
    String header =
        "{"
            + String.join(
                ",",
                tensor("\ud83d\ude00", "U8", "[1]", 2, 3),
                tensor("\uffee", "U8", "[1]", 1, 2),
                tensor("b", "U8", "[]", 0, 1),
                tensor("", "U8", "[0,2]", 0, 0))
            + "}";
    ModelDigest digest = digest("f", SafetensorsBytes.of(header, new byte[3]));
    assertThat(digest.tensors())
        .extracting(TensorDigest::name)
        .containsExactly("", "b", "\uffee", "\ud83d\ude00");
    assertThat(digest.tensors().getFirst().line()).isEqualTo(SHA256_OF_NOTHING + " U8 [0,2] \"\"");
    String lines =
        digest.tensors().stream().map(tensor -> tensor.line() + "\n").collect(Collectors.joining());
    assertThat(digest.sha256()).isEqualTo(Corpus.sha256(lines.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aModelWithoutTensorsHasTheDigestOfNothing() throws Exception {
    assertThat(digest("f", SafetensorsBytes.of("{}")).sha256()).isEqualTo(SHA256_OF_NOTHING);
  }

  @Test
  void layoutAndMetadataDoNotCount() throws Exception {
    String a = tensor("a", "U8", "[1]", 0, 1);
    String b = tensor("b", "U8", "[1]", 1, 2);
    ModelDigest one = digest("one", SafetensorsBytes.of("{" + a + "," + b + "}", bytes(1, 2)));
    String other =
        "{\"__metadata__\":{\"x\":\"y\"},"
            + tensor("a", "U8", "[1]", 1, 2)
            + ","
            + tensor("b", "U8", "[1]", 0, 1)
            + "}";
    assertThat(digest("other", SafetensorsBytes.of(other, bytes(2, 1)))).isEqualTo(one);
    assertThat(digest("changed", SafetensorsBytes.of(other, bytes(1, 2))).sha256())
        .isNotEqualTo(one.sha256());
  }

  @Test
  void theShardsOfAModelHaveItsDigest() throws Exception {
    String a = tensor("a", "U8", "[1]", 0, 1);
    String b = tensor("b", "U8", "[1]", 1, 2);
    ModelDigest whole = digest("whole", SafetensorsBytes.of("{" + a + "," + b + "}", bytes(1, 2)));
    write("1.safetensors", SafetensorsBytes.of("{" + a + "}", bytes(1)));
    write(
        "2.safetensors", SafetensorsBytes.of("{" + tensor("b", "U8", "[1]", 0, 1) + "}", bytes(2)));
    String index = "{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}";
    assertThat(digest("index.json", index.getBytes(StandardCharsets.UTF_8))).isEqualTo(whole);
  }

  @Test
  void aDamagedRecordHasNoDigest() {
    Torch torch = new Torch();
    byte[] zip = torch.zip(torch.byteTensor(11, 22, 33, 44));
    byte[] content = {11, 22, 33, 44};
    for (int at = 0; at < zip.length - 4; at++) {
      if (Arrays.equals(zip, at, at + 4, content, 0, 4)) {
        zip[at] ^= 1;
      }
    }
    assertThatThrownBy(() -> digest("damaged.pt", zip))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("archive/data/0: the CRC-32 of the record is");
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(temporary.resolve(name), bytes);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
