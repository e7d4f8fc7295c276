package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TarBuilder;
import dev.pt2st.testing.TestConversion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layout before PyTorch 0.1.10: a tar of storages, tensors over them, and a pickle. */
class TorchTarTest {
  private static final byte[] FOUR = HexFormat.of().parseHex("000000000000803f0000004000004040");
  private static final Object FLOATS = tuple(1, "cpu", global("torch.FloatStorage"));

  @TempDir Path temporary;

  private byte[] storages = record(1, FLOATS, 4L, FOUR, list());
  private byte[] tensors = record(1, tensor(2, 1), shape(0, 4, 1));
  private byte[] pickle = Py.pickle(new Py.Persistent("2"));

  /** Pickles of the values, long integers and bytes as they are. */
  private static byte[] record(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      switch (part) {
        case byte[] bytes -> out.writeBytes(bytes);
        case Long number ->
            out.writeBytes(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
        default -> out.writeBytes(Py.pickle(part));
      }
    }
    return out.toByteArray();
  }

  private static Object tensor(int number, @Nullable Integer storage) {
    return tuple(number, storage, global("torch.FloatTensor"));
  }

  /** The rank, sizes and strides in turn, and the offset, as {@code struct.pack} writes them. */
  private static byte[] shape(long offset, long... sizesThenStrides) {
    ByteBuffer bytes =
        ByteBuffer.allocate(16 + 8 * sizesThenStrides.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(sizesThenStrides.length / 2);
    Arrays.stream(sizesThenStrides).forEach(bytes::putLong);
    return bytes.putLong(offset).array();
  }

  private TestConversion convert() {
    return TestConversion.of(
        temporary,
        new TarBuilder()
            .file("sys_info", Py.pickle(dict("little_endian", false)))
            .file("pickle", pickle)
            .file("tensors", tensors)
            .file("storages", storages)
            .build());
  }

  private void assertMalformed(String problem) {
    convert().rejected(MalformedException.class).hasMessageContaining(problem);
  }

  @Test
  void aPersistentIdNamesATensorOverAStorage() throws Exception {
    // The machine's byte order, of which sys_info speaks, plays no part.
    assertThat(convert().tensors())
        .containsExactly(Map.entry("tensor", "F32[4] 000000000000803f0000004000004040"));
  }

  @Test
  void aTensorIsAViewAndMayBeNamedTwice() throws Exception {
    tensors = record(1, tensor(2, 1), shape(1, 3, 1));
    pickle = Py.pickle(dict("a", new Py.Persistent("2"), "b", new Py.Persistent("2")));
    assertThat(convert().tensors())
        .containsExactly(
            Map.entry("a", "F32[3] 0000803f0000004000004040"),
            Map.entry("b", "F32[3] 0000803f0000004000004040"));
    assertThat(convert().plan().leftOut()).isEmpty();
  }

  @Test
  void aStorageMayBeAViewOfAnother() throws Exception {
    storages = record(1, FLOATS, 4L, FOUR, list(tuple(7, 1, 2, 2)));
    tensors = record(1, tensor(2, 7), shape(1, 1, 1));
    assertThat(convert().tensors()).containsExactly(Map.entry("tensor", "F32[1] 00004040"));
  }

  @Test
  void aClassIsNamedWithItsSource() throws Exception {
    Object type =
        new Py.Persistent(
            tuple(global("torch.nn.modules.linear.Linear"), "linear.py", "class Linear"));
    pickle = Py.pickle(dict("type", type, "w", new Py.Persistent("2")));
    assertThat(convert().names()).containsExactly("w");
  }

  @Test
  void whatNothingNamesIsNotInTheCheckpoint() throws Exception {
    tensors = record(2, tensor(2, 1), shape(0, 4, 1), tensor(3, 1), shape(0, 2, 1));
    assertThat(convert().names()).containsExactly("tensor");
    assertThat(convert().plan().leftOut()).isEmpty();
  }

  @Test
  void aCallInFrontOfAStorageIsRefusedAsAnywhere() {
    storages =
        record(1, tuple(1, Py.call("os.system", "id"), global("torch.FloatStorage")), 4L, FOUR);
    convert().rejected(MalformedException.class);
    storages = record(1, FLOATS, 4L, FOUR, list(), list());
    tensors = record(1, tuple(2, 1, Py.call("os.system", "id")), shape(0, 4, 1));
    convert().rejected(RefusedException.class).hasMessageContaining("os.system");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "9", "", "-2", "2 ", "a", "99999999999999999999"})
  void anIdThatNamesNothingIsMalformed(String id) {
    storages = record(0, list());
    tensors = record(0);
    pickle = Py.pickle(new Py.Persistent(id));
    assertMalformed("a persistent id names no storage and no tensor of the file");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 5, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62})
  void aStorageThatDoesNotFitItsRecordIsMalformed(long elements) {
    storages = record(1, FLOATS, elements, FOUR);
    assertMalformed("a storage of " + elements + " elements does not fit the 16 bytes");
  }

  @Test
  void aStorageOfNoStorageClassIsMalformed() {
    storages = record(1, tuple(1, "cpu", global("torch.nn.Linear")), 4L, FOUR, list());
    assertMalformed("the global torch.nn.Linear where the class belongs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3,2", "-1,1", "0,-1", "9223372036854775807,1", "1,9223372036854775807"})
  void aViewThatDoesNotFitItsStorageIsMalformed(String offsetAndElements) {
    String[] numbers = offsetAndElements.split(",", -1);
    storages =
        record(
            1,
            FLOATS,
            4L,
            FOUR,
            list(tuple(7, 1, Long.valueOf(numbers[0]), Long.valueOf(numbers[1]))));
    assertMalformed("does not fit its storage of 4");
  }

  @Test
  void aViewOfNoStorageIsMalformed() {
    storages = record(1, FLOATS, 4L, FOUR, list(tuple(7, 6, 0, 1)));
    assertMalformed("the view of a storage is not as PyTorch writes it");
    storages = record(1, FLOATS, 4L, FOUR, tuple());
    assertMalformed("the views of storages are not a list");
  }

  @Test
  void aTensorOfNoStorageIsMalformed() {
    tensors = record(1, tensor(2, 9), shape(0, 4, 1));
    assertMalformed("a tensor names no storage of the file");
    tensors = record(1, tensor(2, null), shape(0));
    assertMalformed("a tensor names no storage of the file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0,5,1",
        "1,4,1",
        "-1,1,1",
        "0,-4,1",
        "0,4,-1",
        "0,9223372036854775807,9223372036854775807",
        "9223372036854775807,1,1",
        "0,4294967296,4294967296,1,1"
      })
  void aTensorThatDoesNotFitItsStorageIsMalformed(String numbers) {
    long[] all = Arrays.stream(numbers.split(",", -1)).mapToLong(Long::parseLong).toArray();
    tensors = record(1, tensor(2, 1), shape(all[0], Arrays.copyOfRange(all, 1, all.length)));
    assertMalformed("does not fit its storage of 16 bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 257, Integer.MAX_VALUE})
  void aRankThatNoTensorHasIsMalformed(long rank) {
    tensors = record(1, tensor(2, 1), rank, new byte[64]);
    assertMalformed("a tensor of " + rank + " dimensions");
  }

  @Test
  void aNumberThatIsGivenTwiceIsMalformed() {
    tensors = record(1, tensor(1, 1), shape(0, 4, 1));
    assertMalformed("two storages or tensors have the number 1");
  }

  @Test
  void aCountThatLiesIsMalformed() {
    tensors = record(Integer.MAX_VALUE, tensor(2, 1), shape(0, 4, 1));
    assertMalformed("tensors");
    tensors = record("many");
    assertMalformed("the record does not begin with a count");
    tensors = record(1, list(), shape(0, 4, 1));
    assertMalformed("a tuple of 3 values is missing here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pickle", "tensors", "storages"})
  void aMissingRecordIsMalformed(String missing) {
    TarBuilder tar = new TarBuilder();
    Map.of("pickle", pickle, "tensors", tensors, "storages", storages)
        .forEach((name, content) -> {
          if (!name.equals(missing)) {
            tar.file(name, content);
          }
        });
    TestConversion.of(temporary, tar.build())
        .rejected(MalformedException.class)
        .hasMessageContaining("the archive has no record " + missing);
  }
}
