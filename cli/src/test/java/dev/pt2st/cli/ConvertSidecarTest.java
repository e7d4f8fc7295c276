package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert --sidecar}: what is not a tensor, in a file beside the output. */
class ConvertSidecarTest {
  @TempDir Path temporary;

  @Test
  void aSidecarAppearsBesideTheOutput() throws IOException {
    Path sidecar = temporary.resolve("out.json");
    Path output = temporary.resolve("out.safetensors");
    Run run = Run.convert(Samples.checkpoint("zip_training.pt"), output, "--sidecar", sidecar);
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).contains("sidecar: " + sidecar);
    assertThat(Files.readString(sidecar)).contains("\"epoch\": 3", "\"best\": 0.5");
  }

  @Test
  void aDryRunWritesNoSidecar() {
    Path sidecar = temporary.resolve("out.json");
    Run run =
        Run.convert(
            Samples.checkpoint("zip_training.pt"),
            temporary.resolve("out.safetensors"),
            "--sidecar",
            sidecar,
            "--dry-run");
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).contains("sidecar, not written: " + sidecar);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whereTheConversionFailsThereIsNoSidecar() {
    Run run =
        Run.convert(
            Samples.checkpoint("bad_short_storage.pt"),
            temporary.resolve("out.safetensors"),
            "--sidecar",
            temporary.resolve("out.json"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void theReportNamesTheSidecar() {
    Path sidecar = temporary.resolve("out.json");
    Run run =
        Run.convert(
            Samples.checkpoint("zip_training.pt"),
            temporary.resolve("out.safetensors"),
            "--sidecar",
            sidecar,
            "--json");
    assertThat(run.json().get("sidecar").getAsString()).isEqualTo(sidecar.toString());
  }
}
