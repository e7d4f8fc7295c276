package dev.pt2st.torch;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.instance;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.scan.FileReport;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A listed name is called as its own library calls it in a pickle, or the file is malformed. */
class RecordRulesTest {
  @TempDir Path temporary;

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static final Object HOUR = call("datetime.timedelta", 0, 3600, 0);

  /** {@code object.__reduce_ex__(2)} of Python 3.11, and where they differ of other versions. */
  static Stream<Object> written() {
    return Stream.of(
        call("datetime.date", bytes(7, 228, 1, 2)),
        call("datetime.date", "\u0007\u00e4\u0001\u0002"),
        call("datetime.time", bytes(0x81, 2, 3, 0, 0, 0)),
        call("datetime.datetime", bytes(7, 228, 0x81, 2, 3, 4, 5, 0, 0, 6)),
        call(
            "datetime.datetime",
            bytes(7, 228, 1, 2, 3, 4, 5, 0, 0, 6),
            call("datetime.timezone", HOUR, "CET")),
        call("datetime.timedelta", -3, 4, 5),
        call("re._compile", "a+", 34),
        call("re._compile", bytes('a', '+'), 0),
        call("decimal.Decimal", "1.5E+3"),
        call("decimal.Decimal", "-sNaN12"),
        call("fractions.Fraction", 3, 4),
        call("fractions.Fraction", "-3/4"),
        object("uuid.UUID", dict("int", 5)),
        call("collections.deque", tuple(), 3),
        call("collections.deque"),
        call("builtins.range", 1, 5, 2),
        call("builtins.slice", 1, null, 2),
        call("builtins.complex", 0.0, 1.0),
        call("builtins.bytearray", "ab", "latin-1"),
        call("_codecs.encode", "ab", "latin1"),
        instance("builtins.object"),
        object("_io.BytesIO", tuple(bytes(1, 2), 2, null)),
        object("collections.UserDict", dict("data", dict("a", 1))),
        new Py.Built(instance("collections.UserString", "a"), dict("data", "a")),
        object("argparse.Namespace", dict("a", 1)),
        new Py.Built(call("types.SimpleNamespace"), dict("a", 1)),
        object("torch._dynamo.decorators._DimRange", list(0, null, 5)),
        call("pathlib.PosixPath", "/", "a"));
  }

  @ParameterizedTest
  @MethodSource("written")
  void whatPythonWritesIsTaken(Object value) throws Exception {
    Torch torch = new Torch();
    byte[] file = torch.zip(dict("w", torch.tensor(1), "v", value));
    assertThat(TestConversion.of(temporary, file).names()).containsExactly("w");
    assertThat(scan(file).verdict()).isEqualTo(Verdict.SAFE);
  }

  static Stream<@Nullable Object> lying() {
    return Stream.of(
        call("datetime.date", 2020, 1, 2),
        call("datetime.date", bytes(7, 228, 13, 2)),
        call("datetime.time", bytes(24, 2, 3, 0, 0, 0)),
        call("datetime.datetime", bytes(7, 228, 1, 2)),
        call("datetime.datetime", bytes(7, 228, 1, 2, 3, 4, 5, 0, 0, 6), "CET"),
        call("datetime.timedelta", 1_000_000_000, 0, 0),
        call("datetime.timezone", "CET"),
        // Python's int() of so many digits takes minutes.
        call("decimal.Decimal", 1),
        call("decimal.Decimal", "1e99999999999999999999"),
        call("fractions.Fraction", "1e999999999"),
        call("fractions.Fraction", 1, 0),
        object("uuid.UUID", dict("int", -1)),
        call("uuid.UUID", "12345678123456781234567812345678"),
        call("collections.deque", 5),
        call("collections.deque", tuple(), -1),
        call("builtins.range", 1, 5, 0),
        call("builtins.range", 5),
        call("builtins.slice", 5),
        call("builtins.complex", "1"),
        // So many bytes of memory.
        call("builtins.bytearray", 1 << 30),
        call("builtins.bytes", 1 << 30),
        call("builtins.list", 5),
        call("builtins.int", "5", 7),
        call("_codecs.encode", "ab", "zlib"),
        call("_codecs.encode", "ab", "utf-8"),
        call("_codecs.encode", "ab"),
        call("builtins.object", 1),
        call("builtins.Ellipsis"),
        instance("_io.BytesIO", bytes(1)),
        object("_io.BytesIO", tuple(bytes(1), 1 << 30, null)),
        instance("argparse.Namespace", 1),
        object("argparse.Namespace", list()),
        call("pathlib.PosixPath", 5),
        call("torch.FloatStorage", 1 << 30),
        call("torch.FloatTensor", 1 << 30, 1 << 30),
        call("torch.device", 5),
        call("torch.Size", 5),
        instance("torch.nn.modules.linear.Linear", 1 << 15, 1 << 15));
  }

  @ParameterizedTest
  @MethodSource("lying")
  void whatPythonDoesNotWriteIsMalformed(Object value) throws IOException {
    Torch torch = new Torch();
    byte[] file = torch.zip(dict("w", torch.tensor(1), "v", value));
    TestConversion.of(temporary, file).rejected(MalformedException.class);
    assertThat(scan(file).verdict()).isEqualTo(Verdict.MALFORMED);
  }

  private FileReport scan(byte[] content) throws IOException {
    return new FileScanner(ScanOptions.STANDARD)
        .scan(Files.write(temporary.resolve("scanned.pt"), content));
  }
}
