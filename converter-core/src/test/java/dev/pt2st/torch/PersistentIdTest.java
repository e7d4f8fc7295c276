package dev.pt2st.torch;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A persistent id is just what PyTorch writes, and its storage is there in full. */
class PersistentIdTest {
  private static final Py.Global FLOAT = global("torch.FloatStorage");

  @TempDir Path temporary;

  private TestConversion convert(Object storage, byte[] record) {
    return TestConversion.of(
        temporary,
        new ZipBuilder()
            .stored("a/data.pkl", Py.pickle(Torch.view(storage, 0, tuple(1), tuple(1))))
            .stored("a/data/0", record)
            .build());
  }

  static Stream<Object> malformed() {
    return Stream.of(
        "storage",
        7,
        tuple(),
        tuple("storage"),
        tuple("Storage", FLOAT, "0", "cpu", 1),
        tuple("module", FLOAT, "0", "cpu", 1),
        tuple(1, FLOAT, "0", "cpu", 1),
        tuple("storage", FLOAT, "0", "cpu"),
        tuple("storage", FLOAT, "0", "cpu", 1, new Py.Raw("N")),
        tuple("storage", "FloatStorage", "0", "cpu", 1),
        tuple("storage", global("torch.float32"), "0", "cpu", 1),
        tuple("storage", global("torch.Tensor"), "0", "cpu", 1),
        tuple("storage", new Py.Raw("N"), "0", "cpu", 1),
        tuple("storage", FLOAT, 0, "cpu", 1),
        tuple("storage", FLOAT, "0", 0, 1),
        tuple("storage", FLOAT, "0", "cpu", "1"),
        tuple("storage", FLOAT, "0", "cpu", 1.0),
        tuple("storage", FLOAT, "0", "cpu", true),
        tuple("storage", FLOAT, "0", "cpu", -1),
        tuple("storage", FLOAT, "0", "cpu", Long.MAX_VALUE),
        tuple("storage", FLOAT, "0", "cpu", 1L << 61),
        Py.list("storage", FLOAT, "0", "cpu", 1));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void anyOtherIdIsMalformed(Object id) {
    convert(new Py.Persistent(id), new byte[4]).rejected(MalformedException.class);
  }

  @Test
  void anIdInTextIsMalformed() {
    convert(new Py.Raw("Pstorage\n"), new byte[4]).rejected(MalformedException.class);
  }

  @Test
  void aPickleWithoutStoragesHasNoIds() {
    TestConversion.of(temporary, Py.pickle(Torch.id("FloatStorage", "0", 1)))
        .rejected(MalformedException.class)
        .hasMessageContaining("cannot have one");
  }

  @Test
  void aMissingOrShortRecordIsMalformed() throws Exception {
    convert(Torch.id("FloatStorage", "1", 1), new byte[4])
        .rejected(MalformedException.class)
        .hasMessageContaining("no record data/1");
    convert(Torch.id("FloatStorage", "0", 2), new byte[7])
        .rejected(MalformedException.class)
        .hasMessageContaining("the record has 7 bytes and its storage needs 8");
    assertThat(convert(Torch.id("FloatStorage", "0", 1), new byte[100]).tensors()).hasSize(1);
  }

  @Test
  void aKeyIsNoPathOutOfItsFolder() {
    for (String key : new String[] {"../data.pkl", "/etc/passwd", "..\\0", ""}) {
      convert(Torch.id("FloatStorage", key, 1), new byte[4])
          .rejected(MalformedException.class)
          .hasMessageContaining("no record");
    }
  }

  @Test
  void theFirstIdOfAKeyDecidesItsType() throws Exception {
    Torch torch = new Torch();
    Object floats = torch.floats(1);
    Object top =
        dict(
            "a", Torch.view(floats, 0, tuple(1), tuple(1)),
            "b", Torch.view(Torch.id("IntStorage", "0", 1), 0, tuple(1), tuple(1)));
    assertThat(TestConversion.of(temporary, torch.zip(top)).tensors())
        .containsExactly(Map.entry("a", "F32[1] 0000803f"), Map.entry("b", "F32[1] 0000803f"));
  }

  @Test
  void anEmptyStorageHasTheTypeOfEachId() throws Exception {
    Torch torch = new Torch();
    Object empty = torch.floats();
    Object top =
        dict(
            "a", Torch.view(empty, 0, tuple(0, 3), tuple(3, 1)),
            "b", Torch.view(Torch.id("IntStorage", "0", 0), 0, tuple(0, 3), tuple(3, 1)));
    assertThat(TestConversion.of(temporary, torch.zip(top)).tensors())
        .containsOnly(Map.entry("a", "F32[0, 3] "), Map.entry("b", "I32[0, 3] "));
  }

  @Test
  void theMetaDeviceHasNoRecords() {
    Object meta = new Py.Persistent(tuple("storage", FLOAT, "9", "meta", 1));
    convert(meta, new byte[4])
        .rejected(RefusedException.class)
        .hasMessageContaining("a meta tensor, which has no data");
  }
}
