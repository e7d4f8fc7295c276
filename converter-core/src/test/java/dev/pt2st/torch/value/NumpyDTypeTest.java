package dev.pt2st.torch.value;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.ndarray;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.Verdict;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** NumPy goes in memory by what a dtype says of itself: only what it writes itself is taken. */
class NumpyDTypeTest {
  private static final Object NONE = new Py.Raw("N");
  private static final Object I4 = of("i4", 3, "<", NONE, NONE, NONE, -1, -1, 0);
  private static final Object F8 = of("f8", 3, "<", NONE, NONE, NONE, -1, -1, 0);
  private static final Object OBJECT = of("O8", 3, "|", NONE, NONE, NONE, -1, -1, 63);

  @TempDir Path temporary;

  private static Object of(Object code, Object... state) {
    return new Py.Built(call("numpy.dtype", code, false, true), tuple(state));
  }

  /** A dtype of fields, as NumPy 2 writes it. */
  private static Object fields(int size, int flags, Object names, Object... fields) {
    return of("V" + size, 3, "|", NONE, names, dict(fields), size, 1, flags);
  }

  private static Object subarray(int size, int alignment, int flags, Object base, Object shape) {
    return of("V" + size, 3, "|", tuple(base, shape), NONE, NONE, size, alignment, flags);
  }

  /** {@code numpy.dtype(...).__reduce__()} of NumPy 2.4, and where they differ of older ones. */
  static Stream<Arguments> written() {
    Object seconds = tuple(NONE, tuple(new byte[] {'s'}, 1, 1, 1));
    return Stream.of(
        Arguments.of("int32", I4, false),
        Arguments.of("bool", of("b1", 3, "|", NONE, NONE, NONE, -1, -1, 0), false),
        Arguments.of("object", OBJECT, true),
        Arguments.of("S5", of("S5", 3, "|", NONE, NONE, NONE, 5, 1, 0), false),
        Arguments.of("U3", of("U3", 3, "<", NONE, NONE, NONE, 12, 4, 8), false),
        Arguments.of("U3 of old", of("U3", 3, "<", NONE, NONE, NONE, 12, 4, 0), false),
        Arguments.of("V0", of("V0", 3, "|", NONE, NONE, NONE, 0, 1, 0), false),
        Arguments.of("time", of("M8", 4, "<", NONE, NONE, NONE, -1, -1, 0, seconds), false),
        Arguments.of("metadata", of("S5", 4, "|", NONE, NONE, NONE, 5, 1, 0, dict("a", 1)), false),
        Arguments.of(
            "fields", fields(12, 16, tuple("a", "b"), "a", tuple(I4, 0), "b", tuple(F8, 4)), false),
        Arguments.of(
            "fields of old",
            fields(12, 0, tuple("a", "b"), "a", tuple(I4, 0), "b", tuple(F8, 4)),
            false),
        Arguments.of(
            "overlapping numbers",
            fields(8, 16, tuple("a", "b"), "a", tuple(I4, 0), "b", tuple(F8, 0)),
            false),
        Arguments.of(
            "objects",
            fields(12, 27, tuple("a", "b"), "a", tuple(I4, 0), "b", tuple(OBJECT, 4)),
            true),
        Arguments.of(
            "nested",
            fields(
                8, 27, tuple("x"), "x", tuple(fields(8, 27, tuple("y"), "y", tuple(OBJECT, 0)), 0)),
            true),
        Arguments.of(
            "aligned",
            of("V8", 3, "|", NONE, tuple("a"), dict("a", tuple(I4, 4)), 8, 4, 144),
            false),
        Arguments.of(
            "record",
            of(global("numpy.record"), 3, "|", NONE, tuple("a"), dict("a", tuple(I4, 0)), 4, 1, 16),
            false),
        Arguments.of("another library's", of(global("ml_dtypes.bfloat16"), 3, "<"), false),
        Arguments.of(
            "subarray",
            fields(24, 16, tuple("a"), "a", tuple(subarray(24, 4, 0, I4, tuple(2, 3)), 0)),
            false),
        Arguments.of(
            "subarray of objects",
            fields(16, 27, tuple("a"), "a", tuple(subarray(16, 8, 63, OBJECT, tuple(2)), 0)),
            true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("written")
  void whatNumpyWritesIsTaken(String name, Object dtype, boolean hasObjects) throws Exception {
    Object content = hasObjects ? list() : new byte[0];
    Object array = ndarray(tuple(1, tuple(0), dtype, false, content));
    assertThat(converted(array).names()).contains("w");
  }

  static Stream<Arguments> lying() {
    return Stream.of(
        Arguments.of("objects in numbers", of("i8", 3, "|", NONE, NONE, NONE, -1, -1, 63)),
        Arguments.of("objects in bytes", of("V8", 3, "|", NONE, NONE, NONE, 8, 1, 63)),
        Arguments.of("no objects in objects", of("O8", 3, "|", NONE, NONE, NONE, -1, -1, 0)),
        Arguments.of("another size", of("i4", 3, "<", NONE, NONE, NONE, 8, -1, 0)),
        Arguments.of("no size", of("S5", 3, "|", NONE, NONE, NONE, -1, -1, 0)),
        Arguments.of("size of another", of("S5", 3, "|", NONE, NONE, NONE, 6, 1, 0)),
        Arguments.of("odd alignment", of("S5", 3, "|", NONE, NONE, NONE, 5, 3, 0)),
        Arguments.of("no version", of("i4", 7, "<", NONE, NONE, NONE, -1, -1, 0)),
        Arguments.of("order", of("i4", 3, "x", NONE, NONE, NONE, -1, -1, 0)),
        Arguments.of("unit", of("M8", 4, "<", NONE, NONE, NONE, -1, -1, 0, tuple(NONE, "s"))),
        Arguments.of(
            "flags without fields of objects", fields(8, 27, tuple("a"), "a", tuple(F8, 0))),
        Arguments.of(
            "fields of objects without flags", fields(8, 16, tuple("a"), "a", tuple(OBJECT, 0))),
        Arguments.of("outside", fields(8, 16, tuple("a"), "a", tuple(F8, 1))),
        Arguments.of("in front", fields(8, 16, tuple("a"), "a", tuple(F8, -8))),
        Arguments.of("no field", fields(8, 16, tuple("a", "b"), "a", tuple(F8, 0))),
        Arguments.of("no name", fields(8, 16, tuple(), "a", tuple(F8, 0))),
        Arguments.of("no dtype", fields(8, 16, tuple("a"), "a", tuple("f8", 0))),
        Arguments.of(
            "a number over an object",
            fields(8, 27, tuple("a", "b"), "a", tuple(OBJECT, 0), "b", tuple(F8, 0))),
        Arguments.of(
            "subarray of another size",
            fields(24, 16, tuple("a"), "a", tuple(subarray(24, 4, 0, I4, tuple(2, 4)), 0))),
        Arguments.of(
            "subarray of objects without flags",
            fields(16, 16, tuple("a"), "a", tuple(subarray(16, 8, 0, OBJECT, tuple(2)), 0))),
        Arguments.of(
            "a class that is not a dtype",
            of(global("collections.OrderedDict"), 3, "|", NONE, NONE, NONE, 8, 1, 0)),
        Arguments.of("an array in itself", subarray(8, 4, 0, I4, tuple(2))),
        Arguments.of(
            "a second state", new Py.Built(I4, tuple(3, ">", NONE, NONE, NONE, -1, -1, 0))),
        Arguments.of("not a code", call("numpy.dtype", "i4,f8", false, true)),
        Arguments.of("endless", call("numpy.dtype", "V99999999999", false, true)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lying")
  void whatNumpyDoesNotWriteIsMalformed(String name, Object dtype) throws IOException {
    isMalformed(ndarray(tuple(1, tuple(0), dtype, false, new byte[0])));
  }

  /** Its array would have references to objects at bytes of the stream's choice. */
  @Test
  void aDtypeInUseDoesNotChange() throws IOException {
    String dtype = "cnumpy\ndtype\n(VV8\nI00\nI01\ntRp9\n0";
    String array = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR";
    String state = "(I1\n(I1\ntg9\nI00\nVaaaaaaaa\ntb0";
    String later = "g9\n(I3\nV|\nNN}I8\nI1\nI0\ntb";
    isMalformed(new Py.Raw(dtype + array + state + later));
  }

  static Stream<Object> lyingCalls() {
    Object ndarray = global("numpy.ndarray");
    return Stream.of(
        call("numpy.ndarray", tuple(1 << 30)),
        call("numpy.core.multiarray._reconstruct", ndarray, tuple(1 << 30), new byte[] {'b'}),
        call("numpy.core.multiarray._reconstruct", ndarray, tuple(0), "O8"),
        call("numpy.core.multiarray.scalar", F8, new byte[4]),
        call("numpy.core.multiarray.scalar", "f8", new byte[8]),
        call("numpy.core.numeric._frombuffer", new byte[8], OBJECT, tuple(1), "C"),
        ndarray(tuple(1, tuple(1), OBJECT, false, new byte[8])),
        ndarray(tuple(1, tuple(2), OBJECT, false, list(1))),
        new Py.Built(
            ndarray(tuple(1, tuple(0), I4, false, new byte[0])),
            tuple(1, tuple(0), F8, false, new byte[0])));
  }

  @ParameterizedTest
  @MethodSource("lyingCalls")
  void aCallThatNumpyDoesNotWriteIsMalformed(Object value) throws IOException {
    isMalformed(value);
  }

  private TestConversion converted(Object value) {
    Torch torch = new Torch();
    return TestConversion.of(temporary, torch.zip(dict("w", torch.tensor(1), "v", value)))
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll())));
  }

  private void isMalformed(Object value) throws IOException {
    Object top = dict("v", value);
    TestConversion.of(temporary, Py.pickle(top)).rejected(MalformedException.class);
    Path file = Files.write(temporary.resolve("m.pkl"), Py.pickle(top));
    assertThat(new FileScanner(ScanOptions.STANDARD).scan(file).verdict())
        .isEqualTo(Verdict.MALFORMED);
  }
}
