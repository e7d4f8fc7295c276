package dev.pt2st.convert;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.tuple;

import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sparse tensors whose parts contradict each other, lie or ask for too much. */
class SparseRefusalsTest {
  private static final ConvertOptions DENSE = Choices.of("--sparse dense");
  private static final ConvertOptions COMPONENTS = Choices.of("--sparse components");

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, ConvertOptions options) {
    return TestConversion.of(temporary, torch.zip(top)).with(options);
  }

  static Stream<Arguments> contradictions() {
    Torch torch = new Torch();
    Object two = torch.longTensor(tuple(2), 0, 1);
    return Stream.of(
        Arguments.of(
            "fewer values than indices",
            torch,
            Torch.sparse("coo", torch.longTensor(tuple(1, 2), 0, 1), torch.tensor(1), tuple(2))),
        Arguments.of(
            "fewer dimensions than indices",
            torch,
            Torch.sparse("coo", torch.longTensor(tuple(2, 1), 0, 0), torch.tensor(1), tuple(2))),
        Arguments.of(
            "indices of one dimension",
            torch,
            Torch.sparse("coo", two, torch.tensor(1, 1), tuple(2))),
        Arguments.of(
            "indices that are not integers",
            torch,
            Torch.sparse("coo", torch.floatTensor(tuple(1, 1), 0), torch.tensor(1), tuple(2))),
        Arguments.of(
            "sizes that overflow",
            torch,
            Torch.sparse(
                "coo",
                torch.longTensor(tuple(2, 1), 0, 0),
                torch.tensor(1),
                tuple(1L << 40, 1L << 40))),
        Arguments.of(
            "rows that are more than their ends",
            torch,
            Torch.sparse("csr", two, torch.longTensor(tuple(1), 0), torch.tensor(1), tuple(2, 2))),
        Arguments.of(
            "blocks that do not fit",
            torch,
            Torch.sparse(
                "bsr",
                two,
                torch.longTensor(tuple(1), 0),
                torch.floatTensor(tuple(1, 1, 2), 1, 2),
                tuple(1, 3))),
        Arguments.of(
            "another number of batches",
            torch,
            Torch.sparse(
                "csr",
                torch.longTensor(tuple(1, 2), 0, 1),
                torch.longTensor(tuple(1, 1), 0),
                torch.floatTensor(tuple(1, 1), 1),
                tuple(2, 1, 1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contradictions")
  void sizesThatContradictEachOtherAreMalformed(String what, Torch made, Object sparse) {
    for (ConvertOptions options : new ConvertOptions[] {DENSE, COMPONENTS}) {
      TestConversion.of(temporary, made.zip(dict("s", sparse)))
          .with(options)
          .rejected(MalformedException.class)
          .hasMessageContaining("tensor \"s\"");
    }
  }

  static Stream<Arguments> wrongIndices() {
    return Stream.of(
        Arguments.of("coo", new long[] {2}, new long[] {}, "the index 2 of dimension 0"),
        Arguments.of("coo", new long[] {-1}, new long[] {}, "the index -1 of dimension 0"),
        Arguments.of(
            "coo", new long[] {Long.MIN_VALUE}, new long[] {}, "the index -9223372036854775808"),
        Arguments.of("csr", new long[] {0, 1, 1}, new long[] {2}, "the index 2 of col_indices"),
        Arguments.of("csc", new long[] {0, 1, 1}, new long[] {-1}, "the index -1 of row_indices"),
        Arguments.of("csr", new long[] {1, 1, 1}, new long[] {0}, "crow_indices do not rise"),
        Arguments.of("csr", new long[] {0, 0, 0}, new long[] {0}, "crow_indices do not rise"),
        Arguments.of("csr", new long[] {0, 2, 1}, new long[] {0}, "crow_indices do not rise"),
        Arguments.of("csc", new long[] {0, -1, 1}, new long[] {0}, "ccol_indices do not rise"));
  }

  @ParameterizedTest
  @MethodSource("wrongIndices")
  void indicesThatLieAreMalformedAndNothingIsLeft(
      String layout, long[] first, long[] second, String message) {
    Object sparse =
        layout.equals("coo")
            ? Torch.sparse("coo", torch.longTensor(tuple(1, 1), first), torch.tensor(1), tuple(2))
            : Torch.sparse(
                layout,
                torch.longTensor(tuple(3), first),
                torch.longTensor(tuple(1), second),
                torch.tensor(1),
                tuple(2, 2));
    for (ConvertOptions options : new ConvertOptions[] {DENSE, COMPONENTS}) {
      convert(dict("s", sparse), options)
          .rejected(MalformedException.class)
          .hasMessageContaining("tensor \"s")
          .hasMessageContaining(message);
    }
  }

  @Test
  void aFullTensorOutOfProportionIsOverALimit() {
    Object sparse =
        Torch.sparse(
            "coo", torch.longTensor(tuple(2, 1), 0, 0), torch.tensor(1), tuple(1 << 20, 1 << 20));
    convert(sparse, DENSE).rejected(LimitException.class).hasMessageContaining("Limit.EXPANSION");
  }

  @Test
  void indicesThatRepeatForNothingAreOverALimit() {
    // A view of stride 0: a trillion indices in eight bytes.
    Object sparse =
        Torch.sparse(
            "coo",
            Torch.view(torch.longs(0), 0, tuple(1, 1L << 40), tuple(0, 0)),
            Torch.view(torch.floats(1), 0, tuple(1L << 40), tuple(0)),
            tuple(1));
    convert(sparse, DENSE).rejected(LimitException.class).hasMessageContaining("Limit.EXPANSION");
  }

  @Test
  void whatPyTorchDoesNotWriteInFullIsNamed() {
    Object values =
        Py.call(
            "torch._utils._rebuild_tensor_v3",
            torch.storage("storage.UntypedStorage", new byte[2], 2),
            0,
            tuple(1),
            tuple(1),
            false,
            Py.orderedDict(),
            Py.global("torch.uint16"));
    Object sparse = Torch.sparse("coo", torch.longTensor(tuple(1, 1), 0), values, tuple(2), true);
    convert(sparse, DENSE)
        .rejected(RefusedException.class)
        .hasMessageContaining("torch.uint16")
        .hasMessageContaining("; write it as components, or leave it out");
  }
}
