package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.testing.LegacyStream;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.io.ByteArrayOutputStream;
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

/** The layout before PyTorch 1.6: five pickles in a row, then the storages. */
class LegacyStreamTest {
  private static final Object NONE = new Py.Raw("N");
  private static final byte[] FOUR = HexFormat.of().parseHex("000000000000803f0000004000004040");

  @TempDir Path temporary;

  private TestConversion convert(Object top, Object keys, Object... storages) {
    return TestConversion.of(temporary, LegacyStream.of(1001, top, keys, storages));
  }

  private static Py.Persistent id(String key, int elements, Object view) {
    return LegacyStream.floats(key, elements, view);
  }

  private static Object whole() {
    return Torch.view(id("k", 4, NONE), 0, tuple(4), tuple(1));
  }

  @Test
  void storagesLieBehindThePickles() throws Exception {
    assertThat(convert(whole(), list("k"), 4L, FOUR).tensors())
        .containsExactly(Map.entry("tensor", "F32[4] 000000000000803f0000004000004040"));
  }

  /** As PyTorch makes another typed storage where the first has no memory. */
  @Test
  void aStorageWithoutBytesHasTheTypeOfEachId() throws Exception {
    Object ints =
        new Py.Persistent(tuple("storage", Py.global("torch.IntStorage"), "k", "cpu", 0, NONE));
    Object top =
        dict(
            "a", Torch.view(id("k", 0, NONE), 0, tuple(0, 3), tuple(3, 1)),
            "b", Torch.view(ints, 0, tuple(0, 3), tuple(3, 1)));
    assertThat(convert(top, list("k"), 0L, new byte[0]).tensors())
        .containsOnly(Map.entry("a", "F32[0, 3] "), Map.entry("b", "I32[0, 3] "));
  }

  @Test
  void aViewIsAPartOfItsRoot() throws Exception {
    Object part = Torch.view(id("k", 4, tuple("v", 1, 2)), 0, tuple(2), tuple(1));
    assertThat(convert(dict("a", whole(), "b", part), list("k"), 4L, FOUR).tensors())
        .containsEntry("b", "F32[2] 0000803f00000040");
  }

  static Stream<Object> malformedViews() {
    return Stream.of(
        tuple("v", 1, 4),
        tuple("v", 5, 0),
        tuple("v", -1, 2),
        tuple("v", 0, -1),
        tuple("v", Long.MAX_VALUE, Long.MAX_VALUE),
        tuple("v", 1),
        tuple("v", 1, 2, 3),
        tuple(1, 1, 2),
        tuple("v", "1", 2),
        "v",
        list("v", 1, 2));
  }

  @ParameterizedTest
  @MethodSource("malformedViews")
  void aViewLiesInItsRoot(Object view) {
    convert(Torch.view(id("k", 4, view), 0, tuple(1), tuple(1)), list("k"), 4L, FOUR)
        .rejected(MalformedException.class);
  }

  @Test
  void theKeysAreThoseOfThePickle() {
    convert(whole(), list("other"), 4L, FOUR).rejected(MalformedException.class);
    convert(whole(), tuple("k"), 4L, FOUR).rejected(MalformedException.class);
    convert(whole(), list(7), 4L, FOUR).rejected(MalformedException.class);
    convert(whole(), list()).rejected(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 5, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void aStorageHasAsManyElementsAsThePickleSays(long count) {
    convert(whole(), list("k"), count, FOUR).rejected(MalformedException.class);
  }

  @Test
  void aStreamThatIsCutAnywhereIsRejected() {
    byte[] all = LegacyStream.of(1001, whole(), list("k"), 4L, FOUR);
    for (int length = 1; length < all.length; length++) {
      TestConversion.of(temporary, Arrays.copyOf(all, length)).rejected(CheckpointException.class);
    }
  }

  @Test
  void thereIsOneVersion() {
    for (Object version : new Object[] {1000, 1002, "1001"}) {
      TestConversion.of(temporary, LegacyStream.of(version, whole(), list("k"), 4L, FOUR))
          .rejected(UnsupportedException.class)
          .hasMessageContaining("version 1001");
    }
  }

  @Test
  void theSourceOfAModuleIsNotLookedAt() throws Exception {
    Object type =
        new Py.Persistent(
            tuple("module", global("torch.nn.modules.linear.Linear"), "x.py", "import os"));
    Object module =
        new Py.Built(
            new Py.Instance(type, list()),
            dict("_parameters", dict("weight", whole()), "_modules", dict()));
    assertThat(convert(module, list("k"), 4L, FOUR).names()).containsExactly("weight");
    Object bad = new Py.Persistent(tuple("module", "torch.nn", "x.py", "import os"));
    convert(dict("w", whole(), "m", bad), list("k"), 4L, FOUR).rejected(MalformedException.class);
  }

  @Test
  void theOtherPicklesAreCheckedAsWell() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Object payload = Py.call("os.system", "echo");
    out.writeBytes(LegacyStream.pickles(1001, payload, whole(), list("k")));
    out.writeBytes(new byte[] {4, 0, 0, 0, 0, 0, 0, 0});
    out.writeBytes(FOUR);
    TestConversion.of(temporary, out.toByteArray())
        .rejected(RefusedException.class)
        .hasMessageContaining("os.system");
  }

  @Test
  void noIdsStandInTheOtherPickles() {
    TestConversion.of(temporary, LegacyStream.pickles(1001, id("k", 4, NONE)))
        .rejected(MalformedException.class);
  }
}
