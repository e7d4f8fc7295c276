package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of torch.package, and what looks like one of PyTorch's and is not. */
class TorchPackageTest {
  @TempDir Path temporary;

  private static Object tensor(int key) {
    Object id = tuple("storage", global("torch.FloatStorage"), key, "cpu", 1);
    return Torch.view(new Py.Persistent(id), 0, tuple(1), tuple(1));
  }

  private static ZipBuilder archive() {
    return new ZipBuilder()
        .stored("p/.data/0.storage", new byte[] {0, 0, (byte) 0x80, 0x3f})
        .stored("p/.data/1.storage", new byte[] {0, 0, 0, 0x40})
        .stored("p/net.py", "class Net: pass\n".getBytes(StandardCharsets.UTF_8))
        .stored("p/.data/extern_modules", "torch\n".getBytes(StandardCharsets.UTF_8))
        .stored("p/.data/version", "6\n".getBytes(StandardCharsets.UTF_8));
  }

  private TestConversion convert(ZipBuilder archive) {
    return TestConversion.of(temporary, archive.build());
  }

  @Test
  void itsOnlyPickleIsTheCheckpoint() throws Exception {
    TestConversion conversion =
        convert(archive().stored("p/model/weights", Py.pickle(dict("w", tensor(0)))));
    assertThat(conversion.tensors()).containsExactly(Map.entry("w", "F32[1] 0000803f"));
    assertThat(conversion.plan().layout()).isEqualTo("torch.package archive");
  }

  @Test
  void severalStandUnderTheNamesOfTheirRecords() throws Exception {
    TestConversion conversion =
        convert(
            archive()
                .stored("p/m/a.pkl", Py.pickle(dict("w", tensor(0))))
                .stored("p/m/b.pkl", Py.pickle(dict("w", tensor(1)))));
    assertThat(conversion.names()).containsExactly("m/a.pkl.w", "m/b.pkl.w");
    assertThat(conversion.root("m/b.pkl").tensors())
        .containsExactly(Map.entry("w", "F32[1] 00000040"));
  }

  @Test
  void aStorageThatBeginsAsAPickleIsNone() throws Exception {
    byte[] bytes = {(byte) 0x80, 2, 'x', 'y'};
    ZipBuilder archive =
        archive().stored("p/.data/2.storage", bytes).stored("p/m", Py.pickle(dict("w", tensor(2))));
    assertThat(convert(archive).tensors()).containsExactly(Map.entry("w", "F32[1] 80027879"));
  }

  @Test
  void aCallThroughAPersistentIdCounts() {
    Object id = tuple("reduce_package", global("zoo.make"), tuple(dict("w", tensor(0))));
    convert(archive().stored("p/m", Py.pickle(new Py.Persistent(id))))
        .rejected(RefusedException.class)
        .hasMessageContaining("zoo.make");
  }

  @Test
  void aMissingStorageIsMalformed() {
    convert(archive().stored("p/m", Py.pickle(dict("w", tensor(7)))))
        .rejected(MalformedException.class)
        .hasMessageContaining("the archive has no record .data/7.storage");
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "05", "06"})
  void aZipWithAVersionInThePlaceOfItsFirstLettersIsTold(String version) {
    byte[] zip = new Torch().zip(dict("weight", 1));
    byte[] digits = version.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, zip, 0, digits.length);
    TestConversion.of(temporary, zip)
        .rejected(UnsupportedException.class)
        .hasMessageContaining("GPT-SoVITS")
        .hasMessageContaining("write the letters PK over its first two bytes");
  }
}
