package dev.pt2st.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.Run;
import dev.pt2st.cli.Samples;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.verify.DifferenceException;
import dev.pt2st.verify.OutputVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What exceptions become on the command line. */
class FailureTest {
  private static final Path INPUT = Samples.checkpoint("zip_basic.pt");

  @TempDir Path temporary;

  /** What a conversion throws whose last byte is another on the disk. */
  private DifferenceException difference(Path output) {
    OutputVerifier verifier = new OutputVerifier();
    WriteOptions how =
        WriteOptions.STANDARD.withCheck((written, progress) -> {
          changeLastByte(temporary.toFile().listFiles()[0].toPath());
          verifier.check(written, progress);
        });
    return catchThrowableOfType(
        DifferenceException.class,
        () ->
            Converter.convert(INPUT, output, ConvertOptions.STANDARD, how, ProgressListener.NONE));
  }

  private static void changeLastByte(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {77}), channel.size() - 1);
    }
  }

  @Test
  void whatConvertFindsBehindItselfIsSaidAsVerifySaysIt() {
    Path output = temporary.resolve("out.safetensors");
    Failure failure = Failure.of(difference(output));
    assertThat(failure.code()).isEqualTo(ExitCode.DIFFERENT);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            80);
    failure.print(terminal);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("pt2st: " + output + ": the output differs");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("mask: 1 of 3 elements differs, first [2] (element 2): ");

    Json.print(
        terminal, ConvertJson.failure(ResourceName.of(INPUT), ResourceName.of(output), failure));
    JsonObject json =
        JsonParser.parseString(out.toString(StandardCharsets.UTF_8)).getAsJsonObject();
    assertThat(json.get("exit_code").getAsInt()).isEqualTo(4);
    assertThat(json.get("kind").getAsString()).isEqualTo("different");
    assertThat(json.getAsJsonArray("differences")).hasSize(1);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void anUncheckedExceptionCountsAsTheOneInIt() {
    Failure failure = Failure.of(new UncheckedIOException(new NoSuchFileException("a.pt")));
    assertThat(failure.message()).isEqualTo("a.pt: there is no such file");
    assertThat(failure.code()).isEqualTo(ExitCode.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "bad_truncated.pt, MALFORMED, FAILED",
    "joblib_arrays.joblib, UNSUPPORTED, FAILED",
    "zip_lightning_called.ckpt, REFUSED, REFUSED",
    "no_such_file.pt, IO, FAILED",
  })
  void aProgramIsToldWhatKindOfFailureItIs(String sample, Failure.Kind kind, ExitCode code) {
    Run run =
        Run.convert("--json", Samples.checkpoint(sample), temporary.resolve("out.safetensors"));
    assertThat(run.json().get("kind").getAsString())
        .isEqualTo(kind.name().toLowerCase(Locale.ROOT));
    assertThat(run.code()).isEqualTo(code.code());
  }

  @Test
  void aLimitIsAKindOfItsOwn() {
    Run run =
        Run.convert("--json", "--max-opcodes", "3", INPUT, temporary.resolve("out.safetensors"));
    assertThat(run.json().get("kind").getAsString()).isEqualTo("limit");
    assertThat(run.code()).isEqualTo(3);
  }
}
