package dev.pt2st.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardOutputTest {
  /** A stream that nothing can be written to. */
  private static OutputStream full(String reason) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"No space left on device, No space left on device", "Broken pipe, ''"})
  void aFailureIsKeptUnlessTheReaderHadEnough(String reason, String failure) {
    StandardOutput out = new StandardOutput(full(reason));
    assertThat(out.failure()).isEmpty();
    out.println("line");
    assertThat(out.failure()).isEqualTo(failure);
  }

  @Test
  void whatIsWrittenGoesThrough() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardOutput out = new StandardOutput(bytes);
    out.print("one");
    out.write('!');
    out.flush();
    assertThat(bytes).hasToString("one!");
    assertThat(out.failure()).isEmpty();
  }
}
