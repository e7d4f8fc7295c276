package dev.pt2st.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.IfExists;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.OutputCheck;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An output that is not what it should be does not get its name. */
class OutputVerifierTest {
  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void nameOutput() {
    output = temporary.resolve("out.safetensors");
  }

  /** Converts, and changes a byte of each file from its end before it is looked at. */
  private void convert(String sample, ConvertOptions options, OptionalLong changedFromEnd)
      throws Exception {
    convert(sample, options, WriteOptions.STANDARD, changedFromEnd);
  }

  private void convert(
      String sample, ConvertOptions options, WriteOptions how, OptionalLong changedFromEnd)
      throws Exception {
    OutputCheck verifier = new OutputVerifier();
    Converter.convert(
        Corpus.root().resolve("samples/checkpoints").resolve(sample),
        output,
        options,
        how.withCheck((written, progress) -> {
          assertThat(written.model().files())
              .extracting(file -> Path.of(file.name().text()))
              .containsExactlyElementsOf(written.plan().paths(output));
          if (changedFromEnd.isPresent()) {
            changeWritten(changedFromEnd.getAsLong());
          }
          verifier.check(written, progress);
        }),
        ProgressListener.NONE);
  }

  private void changeWritten(long fromEnd) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary, ".pt2st-*.tmp")) {
      for (Path path : files) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
          file.seek(file.length() - fromEnd);
          int changed = file.read() ^ 1;
          file.seek(file.length() - fromEnd);
          file.write(changed);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip_basic.pt", "zip_strided.pt", "zip_deflated.pt", "legacy_shared.pt"})
  void whatIsRightGetsItsName(String sample) throws Exception {
    convert(sample, ConvertOptions.STANDARD, OptionalLong.empty());
    assertThat(output).exists();
  }

  @Test
  void shardsAreComparedTogether() throws Exception {
    ConvertOptions shards = ConvertOptions.STANDARD.withMaxShardBytes(200);
    convert("zip_training.pt", shards, OptionalLong.empty());
    Path index = temporary.resolve("out.safetensors.index.json");
    assertThat(
            Verifier.verify(
                    Corpus.root().resolve("samples/checkpoints/zip_training.pt"),
                    index,
                    ConvertOptions.STANDARD,
                    ProgressListener.NONE)
                .isSame())
        .isTrue();
    assertThat(ModelDigest.of(index, ConvertOptions.STANDARD, ProgressListener.NONE).tensors())
        .hasSize(15);
  }

  @Test
  void whatIsWrongIsNotKept() throws Exception {
    byte[] before = "\10\0\0\0\0\0\0\0{}      ".getBytes(StandardCharsets.US_ASCII);
    Files.write(output, before);
    assertThatThrownBy(() ->
            convert(
                "zip_basic.pt",
                ConvertOptions.STANDARD,
                WriteOptions.STANDARD.withIfExists(IfExists.REPLACE),
                OptionalLong.of(1)))
        .isInstanceOfSatisfying(
            DifferenceException.class,
            e ->
                assertThat(e.verification().differences())
                    .extracting(Difference::name)
                    .containsExactly("mask"))
        .hasMessageStartingWith(output + ": the output differs from the checkpoint in 1 tensor");
    assertThat(output).hasBinaryContent(before);
    assertNothingElse();
  }

  /** The index of shards too: here its closing brace is changed. */
  @Test
  void aBrokenIndexIsNotKept() throws Exception {
    assertThatThrownBy(() ->
            convert(
                "zip_training.pt",
                ConvertOptions.STANDARD.withMaxShardBytes(200),
                OptionalLong.of(2)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("the output is not a safetensors file, so it is not kept");
    assertThat(output).doesNotExist();
    assertNothingElse();
  }

  private void assertNothingElse() throws IOException {
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(path -> !path.equals(output))).isEmpty();
    }
  }
}
