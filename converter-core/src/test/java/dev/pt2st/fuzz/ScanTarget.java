package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.testing.StrictConversion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The scan as a whole: it says safe only if a strict conversion has nothing against the file, and
 * that there is no pickle only if there is nothing to convert.
 */
public final class ScanTarget {
  private static final FileScanner SCANNER =
      new FileScanner(
          new ScanOptions(ReadOptions.STANDARD.withLimits(Inputs.LIMITS), TensorBytes.SKIP));

  private ScanTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Path file = Inputs.write(data);
    FileReport report = SCANNER.scan(file);
    try {
      switch (report.verdict()) {
        case SAFE -> checkStrict(file);
        case UNRECOGNIZED -> {
          // A sound checkpoint with a record of unknown bytes in it.
          if (converts(file)) {
            checkStrict(file);
          }
        }
        case NO_PICKLE -> {
          if (converts(file)) {
            throw new AssertionError("no pickle, and it can be converted");
          }
        }
        case UNREADABLE ->
            throw new AssertionError("a file that is there is unreadable: " + report.findings());
        case ACCEPTED -> throw new AssertionError("accepted, and nothing was to be accepted");
        case UNKNOWN, MALFORMED, DANGEROUS -> converts(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkStrict(Path file) throws IOException {
    CheckpointException objection = StrictConversion.objection(file, Inputs.LIMITS);
    if (objection != null) {
      throw new AssertionError("nothing against it, and a strict conversion refuses it", objection);
    }
  }

  private static boolean converts(Path file) throws IOException {
    try {
      Converter.plan(
          file, ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(Inputs.LIMITS)));
      return true;
    } catch (CheckpointException e) {
      Inputs.checkSentence(e);
      return false;
    }
  }
}
