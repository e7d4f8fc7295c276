package dev.pt2st.convert;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.tensor.DType;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse tensors: refused, written in full, or as their indices and values. */
class SparseRulesTest {
  private static final ConvertOptions DENSE = Choices.of("--sparse dense");
  private static final ConvertOptions COMPONENTS = Choices.of("--sparse components");
  private static final String ONE = "0000803f";
  private static final String ZERO = "00000000";

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, ConvertOptions options) {
    return TestConversion.of(temporary, torch.zip(top)).with(options);
  }

  /** A 2 by 3 tensor with ones at (0, 2) and (1, 0). */
  private Object coordinates() {
    return Torch.sparse(
        "coo", torch.longTensor(tuple(2, 2), 0, 1, 2, 0), torch.tensor(1, 1), tuple(2, 3), true);
  }

  private Object compressed(String layout, Object values, Py.Tuple shape) {
    return Torch.sparse(
        layout,
        torch.longTensor(tuple(3), 0, 1, 3),
        torch.longTensor(tuple(3), 1, 0, 1),
        values,
        shape);
  }

  @ParameterizedTest
  @ValueSource(strings = {"coo", "csr", "csc", "bsr", "bsc"})
  void aSparseTensorIsRefusedByNameWithTheOptionThatConvertsIt(String layout) {
    Object sparse =
        layout.equals("coo")
            ? coordinates()
            : compressed(layout, torch.tensor(1, 2, 3), tuple(2, 2));
    convert(dict("w", torch.tensor(1), "s", sparse), ConvertOptions.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("\"s\" (a sparse tensor (" + layout + ")")
        .hasMessageContaining("; write it dense or as components, or leave it out");
  }

  @Test
  void valuesStandWhereTheirIndicesSay() throws Exception {
    assertThat(convert(coordinates(), DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 3] " + ZERO + ZERO + ONE + ONE + ZERO + ZERO));
  }

  @Test
  void valuesOfOneIndexAreSummedUp() throws Exception {
    Object sparse =
        Torch.sparse(
            "coo", torch.longTensor(tuple(1, 3), 1, 0, 1), torch.tensor(1, 2, 3), tuple(2));
    assertThat(convert(sparse, DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[2] 0000004000008040"));
  }

  @Test
  void anIndexMayStandForAVector() throws Exception {
    Object sparse =
        Torch.sparse(
            "coo",
            torch.longTensor(tuple(1, 1), 1),
            torch.floatTensor(tuple(1, 2), 1, 2),
            tuple(2, 2),
            true);
    assertThat(convert(sparse, DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 2] " + ZERO + ZERO + ONE + "00000040"));
  }

  @Test
  void aTensorWithoutValuesIsAllZeros() throws Exception {
    Object sparse =
        Torch.sparse(
            "coo",
            Torch.view(torch.longs(), 0, tuple(2, 0), tuple(1, 1)),
            Torch.view(torch.floats(), 0, tuple(0), tuple(1)),
            tuple(1, 2),
            true);
    assertThat(convert(sparse, DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[1, 2] " + ZERO + ZERO));
  }

  @Test
  void rowsAndColumnsAreCompressed() throws Exception {
    assertThat(convert(compressed("csr", torch.tensor(1, 2, 3), tuple(2, 2)), DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 2] " + ZERO + ONE + "0000004000004040"));
    assertThat(convert(compressed("csc", torch.tensor(1, 2, 3), tuple(2, 2)), DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 2] " + ZERO + "00000040" + ONE + "00004040"));
  }

  @Test
  void blocksAreWrittenRowByRow() throws Exception {
    Object values = torch.floatTensor(tuple(3, 2, 1), 1, 2, 3, 4, 5, 6);
    String blocks =
        ZERO + ONE + ZERO + "00000040" + "00004040" + "0000a040" + "00008040" + "0000c040";
    assertThat(convert(compressed("bsr", values, tuple(4, 2)), DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F32[4, 2] " + blocks));
  }

  /** 2048 + 1 is 2048 in float16; 1 + 1 + 2048 is not. */
  @Test
  void halvesAreRoundedAsPyTorchRoundsThem() throws Exception {
    byte[] bytes = HexFormat.of().parseHex("0068003c003c"); // 2048, 1, 1
    Object storage = torch.storage("HalfStorage", bytes, 3);
    Object indices = torch.longTensor(tuple(1, 3), 0, 0, 0);
    Object single = Torch.view(storage, 0, tuple(3), tuple(1));
    assertThat(convert(Torch.sparse("coo", indices, single, tuple(1)), DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F16[1] 0068"));
    Object block =
        Torch.sparse(
            "bsr",
            torch.longTensor(tuple(2), 0, 3),
            torch.longTensor(tuple(3), 0, 0, 0),
            Torch.view(storage, 0, tuple(3, 1, 1), tuple(1, 1, 1)),
            tuple(1, 1));
    assertThat(convert(block, DENSE).tensors())
        .containsExactly(Map.entry("tensor", "F16[1, 1] 0168"));
  }

  @Test
  void truthValuesAreTrueIfOneIs() throws Exception {
    Object values =
        Torch.view(torch.storage("BoolStorage", new byte[] {1, 0, 1}, 3), 0, tuple(3), tuple(1));
    Object sparse = Torch.sparse("coo", torch.longTensor(tuple(1, 3), 0, 0, 0), values, tuple(2));
    assertThat(convert(sparse, DENSE).tensors())
        .containsExactly(Map.entry("tensor", "BOOL[2] 0100"));
  }

  /** Columns and unsorted coordinates come in another order than that of the file. */
  @ParameterizedTest
  @ValueSource(strings = {"coo", "csc", "csr"})
  void aTensorOfManyPiecesIsPutTogetherInAnyOrder(String layout) throws Exception {
    int rows = 700;
    int columns = 900;
    int count = 4000;
    Random random = new Random(7);
    float[] dense = new float[rows * columns];
    long[] row = new long[count];
    long[] column = new long[count];
    float[] values = new float[count];
    boolean ofRows = layout.equals("csr");
    int lines = ofRows ? rows : columns;
    long[] begins = new long[lines + 1];
    for (int i = 0; i < count; i++) {
      int line = layout.equals("coo") ? random.nextInt(lines) : (int) ((long) i * lines / count);
      int other = random.nextInt(ofRows ? columns : rows);
      row[i] = ofRows ? line : other;
      column[i] = ofRows ? other : line;
      values[i] = random.nextInt(1000);
      dense[(int) (row[i] * columns + column[i])] += values[i];
      begins[line + 1]++;
    }
    for (int i = 0; i < lines; i++) {
      begins[i + 1] += begins[i];
    }
    Object stored = torch.tensor(values);
    Object sparse;
    if (layout.equals("coo")) {
      long[] indices = new long[2 * count];
      System.arraycopy(row, 0, indices, 0, count);
      System.arraycopy(column, 0, indices, count, count);
      sparse =
          Torch.sparse(
              "coo",
              torch.longTensor(tuple(2, count), indices),
              stored,
              tuple(rows, columns),
              false);
    } else {
      sparse =
          Torch.sparse(
              layout,
              torch.longTensor(tuple(lines + 1), begins),
              torch.longTensor(tuple(count), ofRows ? column : row),
              stored,
              tuple(rows, columns));
    }
    ByteBuffer expected =
        ByteBuffer.allocate(Float.BYTES * dense.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : dense) {
      expected.putFloat(value);
    }
    assertThat(convert(sparse, DENSE).tensors())
        .containsExactly(
            Map.entry("tensor", "F32[700, 900] " + HexFormat.of().formatHex(expected.array())));
  }

  @Test
  void componentsAreCalledAsInPyTorch() throws Exception {
    Object top =
        dict("c", coordinates(), "r", compressed("csr", torch.tensor(1, 2, 3), tuple(2, 2)));
    assertThat(convert(top, COMPONENTS).names())
        .containsExactly("c.indices", "r.col_indices", "r.crow_indices", "c.values", "r.values");
    assertThat(
            convert(
                    compressed("bsc", torch.floatTensor(tuple(3, 1, 1), 1, 2, 3), tuple(2, 2)),
                    COMPONENTS)
                .names())
        .containsExactly("tensor.ccol_indices", "tensor.row_indices", "tensor.values");
  }

  @Test
  void theMetadataSayTheWayBack() throws Exception {
    assertThat(convert(dict("s", coordinates()), DENSE).plan().metadata())
        .containsEntry(
            "pt2st.converted",
            "{\"s\":{\"kind\":\"sparse\",\"form\":\"dense\",\"dtype\":\"torch.float32\","
                + "\"layout\":\"torch.sparse_coo\",\"shape\":[2,3],\"sparse_dim\":2,"
                + "\"coalesced\":true}}");
    Object block =
        compressed("bsr", torch.floatTensor(tuple(3, 1, 2), 1, 2, 3, 4, 5, 6), tuple(2, 4));
    assertThat(convert(block, COMPONENTS).plan().metadata().get("pt2st.converted"))
        .contains("\"form\":\"components\"", "\"blocksize\":[1,2],\"dense_dim\":0");
  }

  @Test
  void complexValuesNeedAnOptionOfTheirOwn() throws Exception {
    Object values =
        Torch.view(torch.storage("ComplexDoubleStorage", new byte[16], 1), 0, tuple(1), tuple(1));
    Object sparse = Torch.sparse("coo", torch.longTensor(tuple(1, 1), 0), values, tuple(2), true);
    convert(sparse, ConvertOptions.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining(
            "; write it dense or as components and as real numbers, or leave it out");
    assertThat(convert(sparse, Choices.of("--sparse dense --complex real")).tensors())
        .containsExactly(Map.entry("tensor", "F64[2, 2] " + "00".repeat(32)));
    assertThat(convert(sparse, Choices.of("--sparse components --complex real")).tensors())
        .containsEntry("tensor.values", "F64[1, 2] " + "00".repeat(16));
  }

  @Test
  void aComponentDoesNotTakeTheNameOfAnotherTensor() {
    convert(dict("s", coordinates(), "s.values", torch.tensor(1)), COMPONENTS)
        .rejected(RefusedException.class)
        .hasMessageContaining("tensor \"s.values\"");
  }

  @Test
  void aFullTensorCanBeCast() throws Exception {
    assertThat(convert(coordinates(), DENSE.withCast(DType.BF16)).tensors())
        .containsExactly(Map.entry("tensor", "BF16[2, 3] 00000000803f803f00000000"));
  }
}
