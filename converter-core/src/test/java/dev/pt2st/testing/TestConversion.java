package dev.pt2st.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;

/** A conversion of a checkpoint made for a test. */
public final class TestConversion {
  private final Path folder;
  private final Path input;
  private ConvertOptions options = ConvertOptions.STANDARD;

  private TestConversion(Path folder, byte[] checkpoint) {
    this.folder = folder;
    this.input = folder.resolve("sample.pt");
    try {
      Files.write(input, checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TestConversion of(Path folder, byte[] checkpoint) {
    return new TestConversion(folder, checkpoint);
  }

  public TestConversion with(ConvertOptions value) {
    this.options = value;
    return this;
  }

  public TestConversion root(String root) {
    return with(options.withRoot(root));
  }

  /** What would be written. */
  public Plan plan() throws CheckpointException, IOException {
    return Converter.plan(input, options);
  }

  /** The names that would be written, in the order of the file. */
  public List<String> names() throws CheckpointException, IOException {
    return plan().tensors().stream().map(tensor -> tensor.info().name()).toList();
  }

  /** Converts; each tensor as {@code DTYPE[shape] hex}, in the order of the file. */
  public Map<String, String> tensors() throws CheckpointException, IOException {
    Path output = folder.resolve("out.safetensors");
    Files.deleteIfExists(output);
    Plan plan = Converter.convert(input, output, options, ProgressListener.NONE).plan();
    byte[] bytes = Files.readAllBytes(output);
    assertThat(bytes).hasSize((int) plan.fileBytes());
    Map<String, String> tensors = new LinkedHashMap<>();
    plan.tensors()
        .forEach(tensor -> {
          int start = plan.files().getFirst().header().size();
          byte[] data =
              Arrays.copyOfRange(
                  bytes, start + (int) tensor.info().begin(), start + (int) tensor.info().end());
          tensors.put(
              tensor.info().name(),
              tensor.info().dtype() + tensor.info().shape().toString() + ' ' + hex(data));
        });
    return tensors;
  }

  private static String hex(byte[] data) {
    return HexFormat.of().formatHex(data);
  }

  /** Expects that nothing is written, and nothing left behind. */
  public AbstractThrowableAssert<?, ?> rejected(Class<? extends CheckpointException> as) {
    Path output = folder.resolve("out.safetensors");
    try {
      Files.deleteIfExists(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AbstractThrowableAssert<?, ?> thrown =
        assertThatThrownBy(() -> Converter.convert(input, output, options, ProgressListener.NONE))
            .isInstanceOf(as)
            .hasMessageStartingWith(input.toString());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return thrown;
  }
}
