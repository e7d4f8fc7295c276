package dev.pt2st.safetensors.format;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.testing.SafetensorsBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a header may say. The table {@code headers.tsv} holds a header for each rule, with what the
 * reference reader does to it; {@code samples/tools/check_headers.py} asks that reader.
 */
class HeaderTest {
  private static final Place PLACE = Place.of(Path.of("model.safetensors"));

  /**
   * A row of the table.
   *
   * @param reference whether the reference reader "takes" or "refuses" it
   * @param length what the file gives as the header's length; {@code -}: its true length
   * @param data how many bytes follow the header
   * @param header with some bytes as {@code \xNN}
   * @param sentence the complaint behind the file's name; {@code -}: none
   */
  record Row(
      String rule, String reference, String length, String data, String header, String sentence) {
    static Row of(String line) {
      String[] cells = line.split("\t", -1);
      return new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
    }

    byte[] file() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Matcher escape = Pattern.compile("\\\\x([0-9a-f]{2})").matcher(header);
      int done = 0;
      while (escape.find()) {
        bytes.writeBytes(header.substring(done, escape.start()).getBytes(StandardCharsets.UTF_8));
        bytes.write(Integer.parseInt(escape.group(1), 16));
        done = escape.end();
      }
      bytes.writeBytes(header.substring(done).getBytes(StandardCharsets.UTF_8));
      return SafetensorsBytes.of(
          length.equals("-") ? bytes.size() : Long.parseUnsignedLong(length),
          bytes.toByteArray(),
          new byte[Integer.parseInt(data)]);
    }

    @Override
    public String toString() {
      return rule;
    }
  }

  static Stream<Row> rows() {
    try (var table = Objects.requireNonNull(HeaderTest.class.getResourceAsStream("headers.tsv"))) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(Row::of);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Row> refused() {
    return rows().filter(row -> !row.sentence.equals("-"));
  }

  static Stream<Row> taken() {
    return rows().filter(row -> row.sentence.equals("-"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aHeaderThatBreaksARuleIsRefusedInASentenceOfItsOwn(Row row) {
    assertThatThrownBy(() -> read(row.file()))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("model.safetensors: " + row.sentence + "; ");
  }

  @ParameterizedTest
  @MethodSource("taken")
  void aSoundHeaderIsTaken(Row row) throws MalformedException {
    assertThat(row.reference).isEqualTo("takes");
    Header header = read(row.file());
    assertThat(header.size()).isEqualTo(row.file().length - Integer.parseInt(row.data));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void aFileWithoutALengthIsRefused(int size) {
    assertThatThrownBy(() -> read(new byte[size]))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("the file has " + size + " bytes, and the length of a safetensors");
  }

  @Test
  void eachDTypeOfTheFormatIsKnownByItsName() throws MalformedException {
    List<DType> dtypes =
        Arrays.stream(DType.values()).filter(dtype -> dtype.safetensorsName() != null).toList();
    for (DType dtype : dtypes) {
      String name = String.valueOf(dtype.safetensorsName());
      int bytes = dtype.bitSize();
      String json = "{" + tensor("a", name, "[2,4]", 0, bytes) + "}";
      assertThat(read(SafetensorsBytes.of(json, new byte[bytes])).tensors())
          .containsExactly(new TensorInfo("a", dtype, Shape.of(2, 4), 0, bytes));
    }
    assertThat(dtypes).hasSize(22);
  }

  @Test
  void tensorsComeInTheOrderOfTheirData() throws MalformedException {
    String json =
        "{"
            + String.join(
                ",",
                tensor("b", "F32", "[1]", 4, 8),
                tensor("none", "F32", "[0]", 4, 4),
                tensor("a", "F32", "[1]", 0, 4))
            + "}";
    assertThat(read(SafetensorsBytes.of(json, new byte[8])).tensors())
        .extracting(TensorInfo::name)
        .containsExactly("a", "none", "b");
  }

  @Test
  void metadataKeepTheOrderOfTheFile() throws MalformedException {
    String json = "{\"__metadata__\":{\"z\":\"1\",\"a\":\"\\u00e9\\n\",\"\":\"\"}}";
    Header header = read(SafetensorsBytes.of(json));
    assertThat(header.metadata().keySet()).containsExactly("z", "a", "");
    assertThat(header.metadata()).containsEntry("a", "é\n");
  }

  @Test
  void whatTheWriterWritesIsRead() throws MalformedException {
    String name = "\u0000\"\\/\b\f\n\r\t\u001f\u007fé\u2028\ud83d\ude00";
    List<TensorInfo> tensors =
        List.of(
            new TensorInfo(name, DType.I64, Shape.of(), 0, 8),
            new TensorInfo("", DType.F16, Shape.of(0, 3), 8, 8));
    byte[] header = HeaderWriter.write(tensors, java.util.Map.of(name, name));
    Header read = read(Arrays.copyOf(header, header.length + 8));
    assertThat(read.tensors()).isEqualTo(tensors);
    assertThat(read.metadata()).containsExactly(java.util.Map.entry(name, name));
    assertThat(read.size()).isEqualTo(header.length);
  }

  /** Neither the nesting of what is skipped nor the length of a list costs stack. */
  @Test
  void deepAndLongHeadersEndInASentence() {
    String deep = "{\"a\":{\"x\":" + "[".repeat(1_000_000) + "}}";
    assertThatThrownBy(() -> read(SafetensorsBytes.of(deep)))
        .hasMessageContaining("values are nested deeper than 127");
    String list = "[" + "1,".repeat(1_000_000) + "2]";
    String many = "{" + tensor("a", "U8", list, 0, 1) + "}";
    assertThatThrownBy(() -> read(SafetensorsBytes.of(many, (byte) 0)))
        .hasMessageContaining("its data_offsets span 1 byte where the shape of 1000001 dimensions");
  }

  private static Header read(byte[] file) throws MalformedException {
    return Header.read(new ByteCursor(MemorySegment.ofArray(file), PLACE), PLACE);
  }
}
