package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  @TempDir Path temporary;

  @Test
  void theSamplesAreThereAndNothingIsLeftBehind() throws Exception {
    Path samples = Samples.checkpoint("zip_basic.pt").getParent();

    assertThat(TrainingRun.SAMPLES).allSatisfy(name -> assertThat(samples.resolve(name)).exists());
    Path sharded = samples.resolveSibling("sharded");
    assertThat(TrainingRun.FOLDERS)
        .allSatisfy(name -> assertThat(sharded.resolve(name)).isDirectory());
    TrainingRun.main(new String[] {samples.toString(), temporary.toString()});
    assertThat(temporary).isEmptyDirectory();
  }

  /** What it does is what users do only if the samples are taken. */
  @Test
  void theSamplesConvertWithoutOptions() {
    assertThat(TrainingRun.SAMPLES)
        .allSatisfy(name ->
            assertThat(
                    Run.convert(
                            Samples.checkpoint(name).toString(),
                            temporary.resolve(name + ".safetensors"))
                        .code())
                .isZero());
  }

  @Test
  void theFoldersConvertWithoutOptions() {
    Path sharded = Samples.checkpoint("zip_basic.pt").getParent().resolveSibling("sharded");
    assertThat(TrainingRun.FOLDERS)
        .allSatisfy(name ->
            assertThat(
                    Run.convert(
                            sharded.resolve(name).toString(),
                            temporary.resolve(name + ".safetensors"))
                        .code())
                .isZero());
  }

  /** One that a JVM does not take would leave starts without a cache, and nobody would be told. */
  @Test
  void aJvmTakesTheOptions() throws Exception {
    Path options = Path.of(System.getProperty("pt2st.root"), "cli/src/build/training.options");
    Path java = Path.of(System.getProperty("java.home"), "bin/java");

    Process process =
        new ProcessBuilder(java.toString(), "@" + options, "-version")
            .redirectErrorStream(true)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .doesNotContain("rror");
    assertThat(process.waitFor()).isZero();
  }
}
