package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.IfExists;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A conversion is opened once, planned once, and does what its plan says. */
class ConversionTest {
  @TempDir Path folder;

  private Path input;
  private Path output;

  @BeforeEach
  void makeACheckpoint() throws IOException {
    Torch torch = new Torch();
    input =
        Files.write(
            folder.resolve("in.pt"),
            torch.zip(Py.dict("w", torch.tensor(1, 2, 3), "v", torch.tensor(4), "epoch", 7)));
    output = folder.resolve("out.safetensors");
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(input);
    }
  }

  @Test
  void thePlanThatWasShownIsCarriedOut() throws Exception {
    try (Conversion conversion = Conversion.open(input, ConvertOptions.STANDARD)) {
      Plan plan = conversion.plan();
      assertThat(conversion.plan()).isSameAs(plan);
      ConversionResult result =
          conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE);
      assertThat(result.plan()).isSameAs(plan);
      assertThat(output).hasSize(plan.fileBytes());
    }
  }

  /** Where a file can be removed while it is open, what has no name can only be read once. */
  @Test
  void theInputIsOpenedOnceForAll() throws Exception {
    WriteOptions checked =
        WriteOptions.STANDARD
            .withSidecar(folder.resolve("out.json"))
            .withCheck(new OutputVerifier());
    try (Conversion conversion = Conversion.open(input, ConvertOptions.STANDARD)) {
      Files.delete(input);
      assertThat(conversion.plan().tensors()).hasSize(2);
      conversion.write(output, checked, ProgressListener.NONE);
    }
    assertThat(output).exists();
    assertThat(folder.resolve("out.json")).content().contains("\"epoch\": 7");
  }

  static Stream<Corpus.Case> samples() {
    return Corpus.samples().cases().filter(sample -> sample.expect().equals("convert"));
  }

  /** The bytes themselves are held by the reference writer's, in {@link CorpusTest}. */
  @ParameterizedTest
  @MethodSource("samples")
  void itMayBeWrittenAgainAndGivesWhatTheShortFormsGive(Corpus.Case sample) throws Exception {
    List<ConvertOptions> all = new ArrayList<>(List.of(ConvertOptions.STANDARD));
    if (sample.answer().has("with_options")) {
      for (String options : sample.answer().getAsJsonObject("with_options").keySet()) {
        all.add(Choices.of(options));
      }
    }
    Path again = folder.resolve("again.safetensors");
    Path converted = folder.resolve("converted.safetensors");
    WriteOptions how =
        WriteOptions.STANDARD.withIfExists(IfExists.REPLACE).withCheck(new OutputVerifier());
    for (ConvertOptions options : all) {
      Converter.convert(
          sample.file(),
          converted,
          options,
          WriteOptions.STANDARD.withIfExists(IfExists.REPLACE),
          ProgressListener.NONE);
      try (Conversion conversion = Conversion.open(sample.file(), options)) {
        conversion.write(output, how, ProgressListener.NONE);
        conversion.write(again, how, ProgressListener.NONE);
      }
      assertThat(output).hasSameBinaryContentAs(converted);
      assertThat(again).hasSameBinaryContentAs(converted);
    }
  }

  @Test
  void nothingIsReplacedThatMustNotBe() throws Exception {
    try (Conversion conversion = Conversion.open(input, ConvertOptions.STANDARD)) {
      assertThatThrownBy(() ->
              conversion.write(
                  input,
                  WriteOptions.STANDARD.withIfExists(IfExists.REPLACE),
                  ProgressListener.NONE))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("input and output are the same file");
      conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE);
      assertThatThrownBy(
              () -> conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThatThrownBy(() ->
            Conversion.openFor(
                folder.resolve("no such input"),
                output,
                ConvertOptions.STANDARD,
                WriteOptions.STANDARD,
                ProgressListener.NONE))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aListenerThatThrowsEndsTheWrite() throws Exception {
    IllegalStateException enough = new IllegalStateException("enough");
    ProgressListener thrower =
        bytes -> {
          throw enough;
        };
    try (Conversion conversion = Conversion.open(input, ConvertOptions.STANDARD)) {
      assertThatThrownBy(() -> conversion.write(output, WriteOptions.STANDARD, thrower))
          .isSameAs(enough);
      assertNothingIsLeft();
      conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE);
    }
    assertThat(output).exists();
  }

  @Test
  void aCheckThatThrowsLeavesNothing() throws Exception {
    IOException no = new IOException("no");
    WriteOptions refusing =
        WriteOptions.STANDARD.withCheck((written, progress) -> {
          throw no;
        });
    try (Conversion conversion = Conversion.open(input, ConvertOptions.STANDARD)) {
      assertThatThrownBy(() -> conversion.write(output, refusing, ProgressListener.NONE))
          .isSameAs(no);
    }
    assertNothingIsLeft();
  }

  @Test
  void anInterruptEndsTheWrite() throws Exception {
    try (Conversion conversion = Conversion.open(input, ConvertOptions.STANDARD)) {
      conversion.plan();
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () -> conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE))
          .isInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertNothingIsLeft();
  }
}
