package dev.pt2st.convert;

import static dev.pt2st.testing.DcpFolder.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.testing.DcpFolder;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Items of a kind that is known are not read again. What is wrong with one of them is found all the
 * same, wherever it stands among honest ones.
 */
class DcpItemsTest {
  private static final int PIECES = 600;
  private static final int COLUMNS = 16;

  @TempDir Path temporary;

  private static byte[] saved(String type, byte[] elements, Consumer<ZipBuilder.Entry> tweak) {
    Torch torch = new Torch();
    Object tensor =
        Torch.view(
            torch.storage(type, elements, COLUMNS), 0, Py.tuple(1, COLUMNS), Py.tuple(COLUMNS, 1));
    return new ZipBuilder()
        .stored("archive/data.pkl", Py.pickle(tensor))
        .stored("archive/data/0", elements, tweak)
        .stored("archive/.data/serialization_id", "0123".getBytes(StandardCharsets.US_ASCII))
        .build();
  }

  private static byte[] elements(int row) {
    ByteBuffer elements = ByteBuffer.allocate(COLUMNS * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < COLUMNS; i++) {
      elements.putFloat(row * COLUMNS + i);
    }
    return elements.array();
  }

  /** A tensor in so many rows, each a piece, one of which is another. */
  private Path folder(int odd, byte[] other) throws IOException {
    DcpFolder folder = new DcpFolder();
    int[][][] boxes = new int[PIECES][][];
    for (int row = 0; row < PIECES; row++) {
      boxes[row] = box(new int[] {row, 0}, 1, COLUMNS);
      byte[] item = row == odd ? other : saved("FloatStorage", elements(row), entry -> {});
      folder.item("w", new int[] {row, 0}, item);
    }
    return folder.declared("w", new int[] {PIECES, COLUMNS}, boxes).write(temporary.resolve("in"));
  }

  private void convert(Path input) throws CheckpointException, IOException {
    Converter.convert(
        input,
        temporary.resolve("out.safetensors"),
        ConvertOptions.STANDARD,
        ProgressListener.NONE);
  }

  @Test
  void allAreOneTensor() throws Exception {
    convert(folder(-1, new byte[0]));
    try (SafetensorsFile file = SafetensorsFile.open(temporary.resolve("out.safetensors"))) {
      float[] values = file.data("w").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      assertThat(values).hasSize(PIECES * COLUMNS);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isEqualTo(i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, PIECES - 1})
  void anotherDtypeOfTheSameSizeIsFound(int row) throws IOException {
    // "FloatStorage" has as many letters as "ShortStorage", though not its size.
    Path input = folder(row, saved("ShortStorage", elements(row), entry -> {}));
    assertThatThrownBy(() -> convert(input))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("torch.int16");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, PIECES - 1})
  void anAttackInTheElementsIsFound(int row) throws IOException {
    byte[] elements = elements(row);
    // A pickle that is announced, which is run by whoever unpickles the record.
    byte[] pickle =
        "\u0080\4\u008c\2os\u008c\6system\u0093\u008c\2id\u0085R."
            .getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(pickle, 0, elements, 0, pickle.length);
    Path input = folder(row, saved("FloatStorage", elements, entry -> {}));
    assertThatThrownBy(() -> convert(input))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("os.system");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, PIECES - 1})
  void headersThatDisagreeAreFound(int row) throws IOException {
    Path input = folder(row, saved("FloatStorage", elements(row), entry -> entry.local.crc++));
    assertThatThrownBy(() -> convert(input))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("CRC-32");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, PIECES - 1})
  void elementsThatAreDamagedAreFound(int row) throws IOException {
    Path input =
        folder(
            row, saved("FloatStorage", elements(row), entry -> entry.both(header -> header.crc++)));
    assertThatThrownBy(() -> convert(input))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("tensor \"w\"")
        .hasMessageContaining("the CRC-32 of the record is");
    assertThat(temporary.resolve("out.safetensors")).doesNotExist();
  }

  /** Of several that are wrong the first is named, whichever thread finds one first. */
  @Test
  void theFirstIsNamed() throws IOException {
    DcpFolder folder = new DcpFolder();
    int[][][] boxes = new int[PIECES][][];
    for (int row = 0; row < PIECES; row++) {
      boxes[row] = box(new int[] {row, 0}, 1, COLUMNS);
      String type = row < 290 ? "FloatStorage" : row < 500 ? "ShortStorage" : "CharStorage";
      folder.item("w", new int[] {row, 0}, saved(type, elements(row), entry -> {}));
    }
    Path input =
        folder.declared("w", new int[] {PIECES, COLUMNS}, boxes).write(temporary.resolve("in"));
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> convert(input)).hasMessageContaining("torch.int16");
    }
  }

  @Test
  void itemsWithoutElementsOfTheirOwnRecordAreRead() throws Exception {
    // Deflated records, which PyTorch never writes and the reader takes.
    DcpFolder folder = new DcpFolder();
    List<int[][]> boxes = List.of(box(new int[] {0}, 16), box(new int[] {16}, 16));
    for (int i = 0; i < 2; i++) {
      Torch torch = new Torch();
      Object tensor =
          Torch.view(
              torch.storage("FloatStorage", elements(i), COLUMNS),
              0,
              Py.tuple(COLUMNS),
              Py.tuple(1));
      folder.item(
          "w",
          new int[] {i * COLUMNS},
          new ZipBuilder()
              .stored("archive/data.pkl", Py.pickle(tensor))
              .deflated("archive/data/0", elements(i), entry -> {})
              .build());
    }
    Path input =
        folder
            .declared("w", new int[] {32}, boxes.toArray(new int[0][][]))
            .write(temporary.resolve("in"));
    convert(input);
    try (SafetensorsFile file = SafetensorsFile.open(temporary.resolve("out.safetensors"))) {
      float[] values = file.data("w").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      for (int i = 0; i < 32; i++) {
        assertThat(values[i]).isEqualTo(i);
      }
    }
  }
}
