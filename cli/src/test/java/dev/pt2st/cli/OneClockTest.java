package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One clock bounds all that a file costs, in every command. Each of these files is smaller than 1
 * MB and would take minutes; with one second to spend, all of them end within a few.
 */
class OneClockTest {
  private static final byte[] CALL =
      "\u0080\u0002cos\nsystem\n.".getBytes(StandardCharsets.ISO_8859_1);

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "scan, nested", "inspect, nested", "checksum, nested", "convert, nested",
    "scan, opcodes", "inspect, opcodes", "checksum, opcodes", "convert, opcodes",
    "scan, pickles", "inspect, pickles", "checksum, pickles", "convert, pickles"
  })
  @Timeout(30) // of a machine that has other things to do
  void aSmallFileEndsInTime(String command, String kind) throws IOException {
    byte[] bytes =
        switch (kind) {
          case "nested" -> nestedArchives();
          case "opcodes" -> opcodes();
          default -> pickles();
        };
    assertThat(bytes.length).isLessThan(1 << 20);
    Path file = Files.write(temporary.resolve("in.pt"), bytes);
    Path output = temporary.resolve("out.safetensors");
    Run run =
        command.equals("convert")
            ? Run.convert("--inert", "--max-seconds", 1, file, output)
            : Run.of(command, "--max-seconds", 1, file);
    assertThat(run.code()).as(run.out() + run.err()).isIn(1, 3);
    assertThat(output).doesNotExist();
  }

  /** Archives of 16 archives each, seven deep: 16 to the power of 7 of them. */
  private static byte[] nestedArchives() throws IOException {
    byte[] inner = CALL;
    for (int depth = 0; depth < 7; depth++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        for (int i = 0; i < 16; i++) {
          zip.putNextEntry(new ZipEntry("f" + i + ".zip"));
          zip.write(inner);
          zip.closeEntry();
        }
      }
      inner = bytes.toByteArray();
    }
    return inner;
  }

  /** Hundreds of millions of opcodes, compressed. */
  private static byte[] opcodes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] piece = "N0".repeat(1 << 19).getBytes(StandardCharsets.ISO_8859_1);
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(CALL, 0, 2);
      for (int i = 0; i < 400; i++) {
        gzip.write(piece);
      }
      gzip.write("N.".getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  /** Tens of thousands of pickles, one behind the other. */
  private static byte[] pickles() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 70_000; i++) {
      bytes.writeBytes(CALL);
    }
    return bytes.toByteArray();
  }
}
