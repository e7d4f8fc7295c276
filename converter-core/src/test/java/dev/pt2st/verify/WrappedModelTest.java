package dev.pt2st.verify;

import static dev.pt2st.testing.SafetensorsBytes.tensor;
import static dev.pt2st.testing.Wrap.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.MalformedException;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.SafetensorsBytes;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that is compressed or in an archive is verified and summed up as if it were alone. */
class WrappedModelTest {
  private static final byte[] MODEL =
      SafetensorsBytes.of(
          "{" + tensor("w", "F32", "[2]", 0, 8) + "}", new byte[] {0, 0, -128, 63, 0, 0, 0, 64});

  @TempDir Path temporary;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(temporary.resolve(name), content);
  }

  private Path checkpoint() throws IOException {
    Torch torch = new Torch();
    return write("in.pt.gz", Wrap.gzip(torch.zip(Py.dict("w", torch.tensor(1, 2)))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.gz", "m.zip!a/m.safetensors", "m.7z!m.xz"})
  void aSafetensorsFileMayBeWrapped(String name) throws Exception {
    write("m.gz", Wrap.gzip(MODEL));
    write("m.zip", Wrap.zip(members("a/m.safetensors", MODEL, "b.safetensors", MODEL)));
    write("m.7z", Wrap.sevenZip(members("m.xz", Wrap.xz(MODEL))));
    Path wrapped = temporary.resolve(name);
    Path alone = write("m.safetensors", MODEL);
    ConvertOptions options = ConvertOptions.STANDARD;
    assertThat(ModelDigest.of(wrapped, options, ProgressListener.NONE))
        .isEqualTo(ModelDigest.of(alone, options, ProgressListener.NONE));
    Verification same = Verifier.verify(checkpoint(), wrapped, options, ProgressListener.NONE);
    assertThat(same.isSame()).isTrue();
    assertThat(same.tensors()).isEqualTo(1);
  }

  @Test
  void whatIsWrongWithItIsSaid() throws Exception {
    Path cut = write("m.gz", Wrap.gzip(Arrays.copyOf(MODEL, MODEL.length - 1)));
    assertThatThrownBy(() -> ModelDigest.of(cut, ConvertOptions.STANDARD, ProgressListener.NONE))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(cut.toString());
  }

  /** Each file that is unpacked is announced by its name before the bytes that are compared. */
  @Test
  void whoListensHearsOfTheUnpacking() throws Exception {
    Path expected = checkpoint();
    Path found = write("m.gz", Wrap.gzip(MODEL));
    List<String> heard = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void unpacking(ResourceName input, long bytes) {
            heard.add("unpacking " + input.fileName());
          }

          @Override
          public void planned(long bytes) {
            heard.add("planned " + bytes);
          }

          @Override
          public void written(long bytes) {}
        };
    Verifier.verify(expected, found, ConvertOptions.STANDARD, listener);
    assertThat(heard).containsExactly("unpacking in.pt.gz", "unpacking m.gz", "planned 8");
    heard.clear();
    ModelDigest.of(expected, ConvertOptions.STANDARD, listener);
    assertThat(heard).containsExactly("unpacking in.pt.gz", "planned 8");
  }
}
