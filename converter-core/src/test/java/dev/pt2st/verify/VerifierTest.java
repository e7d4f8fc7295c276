package dev.pt2st.verify;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Py.Persistent;
import dev.pt2st.testing.SafetensorsBytes;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.Difference.OtherElements;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is changed in an output is found, and said with its place. */
class VerifierTest {
  private static final Path SAMPLES = Corpus.root().resolve("samples/checkpoints");

  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void nameOutput() {
    output = temporary.resolve("out.safetensors");
  }

  private void convert(String sample) throws Exception {
    Converter.convert(
        SAMPLES.resolve(sample), output, ConvertOptions.STANDARD, ProgressListener.NONE);
  }

  private List<Difference> differences(Path expected) throws Exception {
    return Verifier.verify(expected, output, ConvertOptions.STANDARD, ProgressListener.NONE)
        .differences();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip_basic.pt", "zip_strided.pt", "zip_big_endian.pt", "zip_deflated.pt"})
  void anyByteThatIsFlippedIsFound(String sample) throws Exception {
    convert(sample);
    List<TensorInfo> tensors;
    int start;
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      tensors = file.tensors();
      start = (int) (file.size() - tensors.getLast().end());
    }
    byte[] bytes = Files.readAllBytes(output);
    for (TensorInfo tensor : tensors) {
      for (long at = tensor.begin(); at < tensor.end(); at += step(tensor)) {
        byte[] changed = bytes.clone();
        changed[start + (int) at] ^= 1;
        Files.write(output, changed);
        long element = (at - tensor.begin()) * 8 / tensor.dtype().bitSize();
        assertThat(differences(SAMPLES.resolve(sample)))
            .as("byte %d of %s", at, tensor.name())
            .singleElement()
            .isInstanceOfSatisfying(
                OtherElements.class,
                found -> {
                  assertThat(found.name()).isEqualTo(tensor.name());
                  assertThat(found.first()).isEqualTo(element);
                  assertThat(found.count()).isOne();
                  assertThat(Long.bitCount(found.expectedBits() ^ found.foundBits())).isOne();
                });
      }
    }
  }

  /** Every byte of a small tensor, and of a larger one bytes of each place in an element. */
  private static long step(TensorInfo tensor) {
    long size = tensor.end() - tensor.begin();
    return size <= 300 ? 1 : size / 150 | 1;
  }

  @Test
  void twoTensorsThatAreSwappedAreFound() throws Exception {
    Path original = write("original", two("a", "b"), 1, 2, 3, 4);
    write("out", two("b", "a"), 1, 2, 3, 4);
    assertThat(differences(original)).extracting(Difference::name).containsExactly("a", "b");
    write("out", two("b", "a"), 3, 4, 1, 2);
    assertThat(differences(original)).isEmpty();
  }

  private static String two(String first, String second) {
    return "{" + tensor(first, "U8", "[2]", 0, 2) + "," + tensor(second, "U8", "[2]", 2, 4) + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"U8|[4]", "U8|[2,2]", "U8|[4,1]", "I8|[1,4]", "BOOL|[1,4]", "F16|[1,2]", "F32|[1]"})
  void anotherDTypeOrShapeOfTheSameBytesIsFound(String dtype, String shape) throws Exception {
    Path original = write("original", one("a", "U8", "[1,4]"), 1, 2, 3, 4);
    write("out", one("a", dtype, shape), 1, 2, 3, 4);
    assertThat(differences(original))
        .singleElement()
        .isInstanceOfSatisfying(
            Difference.OtherForm.class,
            found -> {
              assertThat(found.expectedDType()).isEqualTo(DType.U8);
              assertThat(found.expectedShape()).isEqualTo(Shape.of(1, 4));
              assertThat(found.foundDType().safetensorsName()).isEqualTo(dtype);
              assertThat(found.foundShape().toString().replace(" ", "")).isEqualTo(shape);
            });
  }

  private static String one(String name, String dtype, String shape) {
    return "{" + tensor(name, dtype, shape, 0, 4) + "}";
  }

  @Test
  void aTensorThatIsRenamedIsFound() throws Exception {
    Path original = write("original", one("a", "F32", "[1]"), 1, 2, 3, 4);
    write("out", one("A", "F32", "[1]"), 1, 2, 3, 4);
    assertThat(differences(original))
        .containsExactly(
            new Difference.Unexpected("A", DType.F32, Shape.of(1)),
            new Difference.Missing("a", DType.F32, Shape.of(1)));
  }

  @Test
  void aTensorThatIsDroppedOrAddedIsFound() throws Exception {
    Path original = write("original", two("a", "b"), 1, 2, 3, 4);
    write("out", "{" + tensor("a", "U8", "[2]", 0, 2) + "}", 1, 2);
    assertThat(differences(original))
        .containsExactly(new Difference.Missing("b", DType.U8, Shape.of(2)));
    assertThat(
            Verifier.verify(output, original, ConvertOptions.STANDARD, ProgressListener.NONE)
                .differences())
        .containsExactly(new Difference.Unexpected("b", DType.U8, Shape.of(2)));
  }

  @Test
  void anEmptyTensorCountsToo() throws Exception {
    String none = "," + tensor("none", "U8", "[0,3]", 4, 4) + "}";
    Path original = write("original", one("a", "F32", "[1]").replace("}}", "}") + none, 1, 2, 3, 4);
    write("out", one("a", "F32", "[1]"), 1, 2, 3, 4);
    assertThat(differences(original))
        .containsExactly(new Difference.Missing("none", DType.U8, Shape.of(0, 3)));
  }

  /**
   * Neither the order of tensors, nor a header's padding, nor the metadata are a model's content.
   */
  @Test
  void theLayoutIsNoDifference() throws Exception {
    Path original = write("original", two("a", "b"), 1, 2, 3, 4);
    write(
        "out", "{\"__metadata__\":{\"x\":\"y\"}," + two("b", "a").substring(1) + "   ", 3, 4, 1, 2);
    assertThat(differences(original)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "7fc00000,7fc00001,NaN,NaN",
    "7fc00000,ffc00000,NaN,NaN",
    "7fa00000,7fe00000,NaN,NaN",
    "00000000,80000000,0.0,-0.0",
    "7f800000,ff800000,Infinity,-Infinity",
    "3f800000,3f800001,1.0,1.0000001"
  })
  void valuesAreComparedAsBits(String expected, String found, String value, String other)
      throws Exception {
    Path original = write("original", one("a", "F32", "[1]"), bigEndian(expected));
    write("out", one("a", "F32", "[1]"), bigEndian(expected));
    assertThat(differences(original)).isEmpty();
    write("out", one("a", "F32", "[1]"), bigEndian(found));
    assertThat(differences(original))
        .singleElement()
        .isInstanceOfSatisfying(
            OtherElements.class,
            difference -> {
              assertThat(difference.expectedBits()).isEqualTo(Long.parseLong(expected, 16));
              assertThat(difference.foundBits()).isEqualTo(Long.parseLong(found, 16));
              assertThat(difference.expectedValue()).isEqualTo(value);
              assertThat(difference.foundValue()).isEqualTo(other);
            });
  }

  private static int[] bigEndian(String bits) {
    int[] bytes = new int[4];
    for (int i = 0; i < 4; i++) {
      bytes[i] = Integer.parseInt(bits.substring(6 - 2 * i, 8 - 2 * i), 16);
    }
    return bytes;
  }

  @Test
  void theFirstElementIsNamedByItsIndexAndAllAreCounted() throws Exception {
    int[] bytes = new int[2 * 3 * 50_000];
    String header = "{" + tensor("a", "U8", "[2,3,50000]", 0, bytes.length) + "}";
    Path original = write("original", header, bytes);
    bytes[123_456] = 1;
    bytes[234_567] = 2;
    bytes[299_999] = 3;
    write("out", header, bytes);
    assertThat(differences(original))
        .singleElement()
        .isInstanceOfSatisfying(
            OtherElements.class,
            found -> {
              assertThat(found.first()).isEqualTo(123_456);
              assertThat(found.index()).isEqualTo(Shape.of(0, 2, 23_456));
              assertThat(found.count()).isEqualTo(3);
              assertThat(found.foundValue()).isEqualTo("1");
            });
  }

  @Test
  void smallerElementsThanBytesAreCountedOneByOne() throws Exception {
    Path original = write("original", one("a", "F4", "[2,4]"), 0, 0, 0, 0);
    write("out", one("a", "F4", "[2,4]"), 0, 0x30, 0, 0x0f);
    assertThat(differences(original))
        .singleElement()
        .isInstanceOfSatisfying(
            OtherElements.class,
            found -> {
              assertThat(found.index()).isEqualTo(Shape.of(0, 3));
              assertThat(found.foundValue()).isEqualTo("1.5");
              assertThat(found.count()).isEqualTo(2);
            });
  }

  @Test
  void aNameThatWasDroppedMustBeInTheMetadata() throws Exception {
    ConvertOptions drop = ConvertOptions.STANDARD.withShared(ConvertOptions.Shared.DROP);
    Path input = SAMPLES.resolve("zip_shared.pt");
    Converter.convert(input, output, drop, ProgressListener.NONE);
    byte[] bytes = Files.readAllBytes(output);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String changed = text.replace("\"slice\":\"decoder.weight\"", "\"slice\":\"decoder.weighs\"");
    Files.write(output, changed.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Verifier.verify(input, output, drop, ProgressListener.NONE).differences())
        .containsExactly(new Difference.OtherStandIn("slice", "decoder.weight", "decoder.weighs"));
    Files.write(
        output, text.replace("\"slice\":", "\"solid\":").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Verifier.verify(input, output, drop, ProgressListener.NONE).differences())
        .containsExactly(new Difference.OtherStandIn("slice", "decoder.weight", null));
    // What was dropped is missing where it should have been written.
    assertThat(differences(input))
        .extracting(Difference::name)
        .containsExactly("encoder.weight", "head.weight", "slice");
  }

  @Test
  void aMalformedOutputIsNoDifferenceButRefused() throws Exception {
    Path input = SAMPLES.resolve("zip_basic.pt");
    convert("zip_basic.pt");
    byte[] bytes = Files.readAllBytes(output);
    Files.write(output, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> differences(input))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(output + ": ")
        .hasMessageContaining("its data run to byte");
  }

  @Test
  void whatIsNamedLikeASafetensorsFileIsJudgedAsOne() throws Exception {
    Files.write(output, "junk".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> differences(SAMPLES.resolve("zip_basic.pt")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the length of a safetensors header alone takes 8");
    Path other = Files.write(temporary.resolve("out.bin"), new byte[] {1, 2, 3});
    assertThatThrownBy(
            () -> Verifier.verify(other, other, ConvertOptions.STANDARD, ProgressListener.NONE))
        .isInstanceOf(UnsupportedException.class);
  }

  @Test
  void aRecordWithAWrongCrcIsNotTakenForRight() throws Exception {
    byte[] storage = {11, 22, 33, 44};
    Persistent id = Torch.id("ByteStorage", "0", storage.length);
    Path input =
        Files.write(
            temporary.resolve("bad_crc.pt"),
            new Torch()
                .zipOf(Torch.view(id, 0, Py.tuple(4), Py.tuple(1)))
                .stored("archive/data/0", storage, entry -> entry.both(header -> header.crc ^= 1))
                .build());
    ConvertOptions unchecked =
        ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withCrc(ReadOptions.Crc.IGNORE));
    Converter.convert(input, output, unchecked, ProgressListener.NONE);
    assertThatThrownBy(() -> differences(input))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the CRC-32 of the record is");
    assertThat(Verifier.verify(input, output, unchecked, ProgressListener.NONE).isSame()).isTrue();
  }

  @Test
  void progressHearsOfEveryByte() throws Exception {
    convert("zip_basic.pt");
    AtomicLong planned = new AtomicLong();
    AtomicLong compared = new AtomicLong();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void planned(long bytes) {
            planned.addAndGet(bytes);
          }

          @Override
          public void written(long bytes) {
            compared.addAndGet(bytes);
          }
        };
    Verification verification =
        Verifier.verify(SAMPLES.resolve("zip_basic.pt"), output, ConvertOptions.STANDARD, listener);
    assertThat(planned).hasValue(verification.bytes());
    assertThat(compared).hasValue(verification.bytes());
    assertThat(verification.bytes()).isEqualTo(507);
  }

  private Path write(String name, String header, int... data) throws IOException {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    Path path = name.equals("out") ? output : temporary.resolve(name);
    return Files.write(path, SafetensorsBytes.of(header, bytes));
  }
}
