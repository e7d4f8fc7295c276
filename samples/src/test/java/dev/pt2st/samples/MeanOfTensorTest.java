package dev.pt2st.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of reading a tensor in README.md runs, and says what PyTorch says. */
class MeanOfTensorTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("pt2st.root", "..")).resolve("samples/checkpoints");

  @Test
  void itGivesTheMean() throws Exception {
    assertThat(MeanOfTensor.mean(SAMPLES.resolve("zip_basic.pt"), "embed.weight"))
        .isCloseTo(-0.0840594, within(1e-6));
    assertThat(MeanOfTensor.mean(SAMPLES.resolve("zip_strided.pt"), "t"))
        .isCloseTo(0.1056783, within(1e-6));
  }

  @Test
  void itPrintsTheMean() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      MeanOfTensor.main(new String[] {SAMPLES.resolve("zip_basic.pt").toString(), "embed.weight"});
    } finally {
      System.setOut(before);
    }
    assertThat(out.toString(UTF_8)).startsWith("-0.08405").endsWith(System.lineSeparator());
  }
}
