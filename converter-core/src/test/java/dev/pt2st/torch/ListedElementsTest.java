package dev.pt2st.torch;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Before PyTorch 0.4.1 storages and tensors were pickled without torch.save as lists of numbers.
 */
class ListedElementsTest {
  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, Py.pickle(top));
  }

  private static Object whole(Object storage, int elements) {
    return call("torch._utils._rebuild_tensor", storage, 0, tuple(elements), tuple(1));
  }

  static Stream<Arguments> storages() {
    return Stream.of(
        Arguments.of("FloatStorage", list(1.0, -0.5, 3), "F32[3] 0000803f000000bf00004040"),
        Arguments.of("cuda.FloatStorage", list(0.1), "F32[1] cdcccc3d"),
        Arguments.of("DoubleStorage", list(0.1), "F64[1] 9a9999999999b93f"),
        Arguments.of("HalfStorage", list(1.0, 65504.0), "F16[2] 003cff7b"),
        Arguments.of("LongStorage", list(1L << 40, -1), "I64[2] 0000000000010000ffffffffffffffff"),
        Arguments.of("IntStorage", list(-2), "I32[1] feffffff"),
        Arguments.of("ShortStorage", list(-2), "I16[1] feff"),
        Arguments.of("CharStorage", list(-128, 127), "I8[2] 807f"),
        Arguments.of("ByteStorage", tuple(0, 255), "U8[2] 00ff"),
        Arguments.of("BoolStorage", list(true, false), "BOOL[2] 0100"));
  }

  @ParameterizedTest
  @MethodSource("storages")
  void aStorageIsAListOfItsElements(String type, Object numbers, String expected) throws Exception {
    int count = expected.charAt(expected.indexOf('[') + 1) - '0';
    assertThat(convert(whole(call("torch." + type, numbers), count)).tensors())
        .containsExactly(Map.entry("tensor", expected));
  }

  @Test
  void aTensorIsAListOfLists() throws Exception {
    assertThat(convert(call("torch.FloatTensor", list(list(1, 2.0), list(3, 4)))).tensors())
        .containsExactly(Map.entry("tensor", "F32[2, 2] 0000803f000000400000404000008040"));
    Object empty = call("torch.LongTensor", list());
    Object one = call("torch.LongTensor", list(1));
    assertThat(convert(list(empty, one)).tensors()).containsEntry("0", "I64[0] ");
  }

  static Stream<Object> malformed() {
    return Stream.of(
        whole(call("torch.ByteStorage", list(256)), 1),
        whole(call("torch.ByteStorage", list(-1)), 1),
        whole(call("torch.LongStorage", list(0.5)), 1),
        whole(call("torch.LongStorage", list("1")), 1),
        whole(call("torch.FloatStorage", list(list(1.0))), 1),
        whole(call("torch.FloatStorage", list(1.0)), 2),
        whole(call("torch.FloatStorage", 4), 4),
        whole(call("torch.ComplexFloatStorage", list(1.0)), 1),
        call("torch.FloatTensor", list(list(1), list(1, 2))),
        call("torch.FloatTensor", list(list(1), 2)),
        call("torch.FloatTensor", list("a")),
        call("torch.FloatTensor", 3));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatHoldsNoSuchNumbersIsRejected(Object tensor) {
    convert(dict("w", tensor)).rejected(CheckpointException.class);
  }

  /** {@code __reduce_ex__} of torch/autograd/variable.py, 0.1 to 0.3. */
  @Test
  void aVariableOrParameterIsAroundItsData() throws Exception {
    Object data = whole(call("torch.FloatStorage", list(1.0)), 1);
    for (String type :
        new String[] {"torch.autograd.variable.Variable", "torch.nn.parameter.Parameter"}) {
      Object state = tuple(true, false, call("collections.OrderedDict"));
      Object protocol2 = new Py.Built(call(type, data), state);
      Object protocol0 = new Py.Built(call("copyreg.__newobj__", global(type), data), state);
      for (Object variable : new Object[] {protocol2, protocol0}) {
        assertThat(convert(variable).tensors())
            .containsExactly(Map.entry("tensor", "F32[1] 0000803f"));
      }
    }
  }

  static Stream<UnaryOperator<Object>> chargedForEachTime() {
    return Stream.of(
        numbers -> whole(call("torch.DoubleStorage", numbers), 1000),
        numbers -> call("torch.DoubleTensor", numbers));
  }

  @ParameterizedTest
  @MethodSource("chargedForEachTime")
  void theElementsAreChargedForEachTime(UnaryOperator<Object> tensor) {
    Object numbers = list(Collections.nCopies(1000, (Object) 1.0).toArray());
    Object[] tensors = new Object[100];
    Arrays.setAll(tensors, i -> tensor.apply(numbers));
    convert(list(tensors))
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.HEAP_BYTES, 300_000))))
        .rejected(LimitException.class);
  }
}
