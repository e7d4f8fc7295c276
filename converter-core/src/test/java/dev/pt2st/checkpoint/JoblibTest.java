package dev.pt2st.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What joblib.dump writes: a pickle, unless there are NumPy arrays or compression in it. */
class JoblibTest {
  /** A dict whose value is an array: an object, BUILD, and then the bytes of the array. */
  private static final String BEFORE =
      "\u0080\3}X\1\0\0\0wcjoblib.numpy_pickle\nNumpyArrayWrapper\n)\u0081}b";

  @TempDir Path temporary;

  @Test
  void aPickleWithoutArraysIsReadLikeAnyOther() throws Exception {
    Torch torch = new Torch();
    byte[] tensor = torch.zip(torch.tensor(1));
    byte[] pickle = Py.pickle(Py.dict("w", Py.call("torch.storage._load_from_bytes", tensor)));
    assertThat(TestConversion.of(temporary, pickle).tensors())
        .containsEntry("w", "F32[1] 0000803f");
  }

  /** Also where the bytes of an array would pass for opcodes. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00ff\u00ff\u00ff\u00ffs.", "s.", "s.more", "0K\7s."})
  void arraysBetweenOpcodesAreNamedForWhatTheyAre(String bytes) {
    byte[] file = (BEFORE + bytes).getBytes(StandardCharsets.ISO_8859_1);
    TestConversion.of(temporary, file)
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll())))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("this is a joblib file with NumPy arrays between")
        .hasMessageContaining("save it with pickle.dump or torch.save");
  }

  @Test
  void whatItCompressesWithZlibIsNamed() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(bytes)) {
      zlib.write(Py.pickle(Py.dict("w", 1)));
    }
    TestConversion.of(temporary, bytes.toByteArray())
        .rejected(UnsupportedException.class)
        .hasMessageContaining("this is zlib data, as joblib compresses");
  }
}
