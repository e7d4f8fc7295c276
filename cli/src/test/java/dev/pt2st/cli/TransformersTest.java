package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * A model of transformers is trained under FSDP2 on two processes, saved by PyTorch's distributed
 * checkpoint, converted, and loaded by {@code from_pretrained} with equal logits. It takes Python
 * about half a minute, so it runs where a Python with torch and transformers is named: {@code
 * -Dpt2st.transformers=/path/to/python}.
 */
class TransformersTest {
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  @TempDir Path temporary;

  private static String python() {
    String python = System.getProperty("pt2st.transformers");
    if (python == null) {
      throw new TestAbortedException(
          "skipped: no Python with torch and transformers (property pt2st.transformers)");
    }
    return python;
  }

  private String run(String python, String command) throws Exception {
    Path log = temporary.resolve(command + ".log");
    Path script = Samples.root().resolve("samples/tools/fsdp2_transformers.py");
    Process process =
        new ProcessBuilder(python, script.toString(), command, temporary.resolve("run").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE)).as("it ends within %s", PATIENCE).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      return Files.readString(log);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatFsdpTrainedIsLoadedByFromPretrained() throws Exception {
    String python = python();
    run(python, "train");
    Path run = temporary.resolve("run");
    Path model = run.resolve("model/model.safetensors");
    Run converted = Run.convert(run.resolve("step-2"), model, "--verify");
    assertThat(converted.code()).as(converted.err()).isZero();
    assertThat(converted.out()).contains("root: model", "left out: optim (90 tensors");
    assertThat(run(python, "check")).contains("equal logits: (2, 12, 101)");
  }
}
