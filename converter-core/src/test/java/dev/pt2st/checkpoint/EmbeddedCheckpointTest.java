package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.testing.LegacyStream;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint that another keeps as bytes is read as if it had been saved by itself. */
class EmbeddedCheckpointTest {
  private static final byte[] FOUR = HexFormat.of().parseHex("000000000000803f0000004000004040");
  private static final Object NONE = new Py.Raw("N");

  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, Py.pickle(top));
  }

  private static Py.Call load(Object bytes) {
    return call("torch.storage._load_from_bytes", bytes);
  }

  /** As {@code TypedStorage.__reduce__} writes it: a stream whose value is the storage. */
  private static byte[] storage() {
    return LegacyStream.of(1001, LegacyStream.floats("k", 4, NONE), list("k"), 4L, FOUR);
  }

  private static Object tensor(Object storage) {
    return Torch.view(storage, 1, tuple(2), tuple(1));
  }

  @Test
  void aTensorThatIsPickledWithoutTorchSaveHasItsStorageAsBytes() throws Exception {
    assertThat(convert(tensor(load(storage()))).tensors())
        .containsExactly(Map.entry("tensor", "F32[2] 0000803f00000040"));
  }

  /** Protocols 0 to 2 have bytes as text. */
  @Test
  void theBytesMayBeWrittenAsText() throws Exception {
    String text = new String(storage(), StandardCharsets.ISO_8859_1);
    assertThat(convert(tensor(load(call("_codecs.encode", text, "latin1")))).tensors())
        .containsExactly(Map.entry("tensor", "F32[2] 0000803f00000040"));
  }

  @Test
  void tensorsOverOneStorageShareIt() throws Exception {
    Object storage = load(storage());
    TestConversion conversion =
        convert(dict("a", tensor(storage), "b", Torch.view(storage, 0, tuple(4), tuple(1))))
            .with(ConvertOptions.STANDARD.withShared(ConvertOptions.Shared.DROP));
    assertThat(conversion.plan().dropped()).containsExactly(Map.entry("a", "b"));
  }

  static Stream<byte[]> checkpoints() {
    Torch torch = new Torch();
    byte[] zip = torch.zip(dict("w", torch.tensor(0, 1, 2, 3)));
    Object view = Torch.view(LegacyStream.floats("k", 4, NONE), 0, tuple(4), tuple(1));
    return Stream.of(zip, LegacyStream.of(1001, dict("w", view), list("k"), 4L, FOUR));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void whatItHoldsHasNamesBelowIt(byte[] checkpoint) throws Exception {
    TestConversion conversion = convert(dict("state_dict", load(checkpoint), "epoch", 3));
    assertThat(conversion.tensors())
        .containsExactly(Map.entry("w", "F32[4] 000000000000803f0000004000004040"));
    assertThat(conversion.plan().leftOut())
        .extracting(LeftOut::key, LeftOut::tensors)
        .containsExactly(org.assertj.core.api.Assertions.tuple("epoch", 0L));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void whatOfItIsLeftOutIsCounted(byte[] checkpoint) throws Exception {
    Torch torch = new Torch();
    byte[] all =
        torch.zip(dict("state_dict", dict("v", torch.tensor(1)), "other", load(checkpoint)));
    assertThat(TestConversion.of(temporary, all).plan().leftOut())
        .extracting(LeftOut::key, LeftOut::tensors, LeftOut::bytes)
        .containsExactly(org.assertj.core.api.Assertions.tuple("other", 1L, 16L));
  }

  @Test
  void itsGlobalsAreThoseOfTheFile() {
    for (Object payload :
        new Object[] {call("os.system", "echo"), new Py.Raw("cos\nsystem\n)R0N")}) {
      byte[] stream = LegacyStream.of(1001, dict("x", payload), list());
      Torch torch = new Torch();
      byte[] zip = torch.zip(dict("w", torch.tensor(1), "rest", load(stream)));
      assertThatThrownBy(() -> TestConversion.of(temporary, zip).plan())
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                RefusedGlobal global = e.globals().getFirst();
                assertThat(global.name()).isEqualTo("os.system");
                assertThat(global.use()).isEqualTo(GlobalUse.CALLED);
                assertThat(global.place().toString())
                    .contains("sample.pt!archive/data.pkl!loaded at ");
              });
    }
  }

  /** The same global in it and around it is one. */
  @Test
  void aGlobalIsOneWhereverItIsNamed() throws Exception {
    byte[] inner = new Torch().zip(dict("c", Py.global("zoo.Config")));
    Object outer =
        dict(
            "state_dict",
            dict("w", tensor(load(storage()))),
            "a",
            load(inner),
            "b",
            Py.instance("zoo.Config"));
    assertThat(convert(outer).plan().inert())
        .extracting(RefusedGlobal::name, RefusedGlobal::use)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("zoo.Config", GlobalUse.INSTANTIATED));
  }

  @Test
  void aFurtherPickleInItIsFoundToo() {
    byte[] zip =
        new Torch()
            .zipOf(dict("x", 1))
            .stored("archive/extra.pkl", Py.pickle(call("os.system", "echo")))
            .build();
    convert(dict("w", tensor(load(storage())), "rest", load(zip)))
        .rejected(RefusedException.class)
        .hasMessageContaining("os.system");
  }

  private static byte[] nested(int depth) {
    byte[] bytes = storage();
    for (int i = 1; i < depth; i++) {
      bytes = LegacyStream.of(1001, load(bytes), list());
    }
    return bytes;
  }

  @Test
  void checkpointsInsideOneAnotherAreBounded() throws Exception {
    assertThat(convert(tensor(load(nested(4)))).tensors()).hasSize(1);
    convert(tensor(load(nested(5))))
        .rejected(LimitException.class)
        .hasMessageContaining("more than 4 checkpoints are nested as bytes")
        .hasMessageContaining("Limit.EMBEDDED");
    Limits none = Limits.STANDARD.with(Limit.EMBEDDED, 0);
    convert(tensor(load(storage())))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(none)))
        .rejected(LimitException.class);
    Limits many = Limits.STANDARD.with(Limit.EMBEDDED, Long.MAX_VALUE);
    assertThat(
            convert(tensor(load(nested(64))))
                .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(many)))
                .tensors())
        .hasSize(1);
    convert(tensor(load(nested(65))))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(many)))
        .rejected(UnsupportedException.class);
  }

  /** What one may take is not there once more for the next. */
  @Test
  void theHeapIsThatOfTheFile() throws Exception {
    Object inner = list("a".repeat(1000), "b".repeat(1000));
    byte[] stream = LegacyStream.of(1001, inner, list());
    Object[] many = new Object[50];
    Arrays.setAll(many, i -> load(stream));
    Limits limits = Limits.STANDARD.with(Limit.HEAP_BYTES, 60_000);
    convert(dict("w", tensor(load(storage())), "one", list(many[0])))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
        .plan();
    convert(dict("w", tensor(load(storage())), "many", list(many)))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.HEAP_BYTES");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "\u0080\2N.", "\u001f\u008b\b", "7z\u00bc\u00af'\u001c"})
  void bytesThatAreNoCheckpointAreRejected(String bytes) {
    convert(dict("w", load(bytes.getBytes(StandardCharsets.ISO_8859_1))))
        .rejected(CheckpointException.class)
        .hasMessageContaining("sample.pt!loaded at ");
  }

  @Test
  void itIsCalledWithBytesAlone() {
    for (Object call :
        new Object[] {
          call("torch.storage._load_from_bytes"),
          load(7),
          load("€"),
          call("torch.storage._load_from_bytes", storage(), storage())
        }) {
      convert(dict("w", call)).rejected(MalformedException.class);
    }
  }

  @Test
  void aStreamThatIsCutAnywhereIsRejected() {
    byte[] all = storage();
    for (int length = 0; length < all.length; length += 3) {
      convert(tensor(load(Arrays.copyOf(all, length)))).rejected(CheckpointException.class);
    }
  }
}
