package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.Scanner;
import dev.pt2st.scan.Verdict;
import dev.pt2st.testing.StrictConversion;
import dev.pt2st.torch.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The scan as a whole: it says safe only where a strict conversion would accept the file. */
public final class ScanTarget {
  private static final Scanner SCANNER =
      new Scanner(new ScanOptions(Policy.STANDARD, Inputs.LIMITS, false));

  private ScanTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Path file = Inputs.write(data);
    FileReport report = SCANNER.scan(file);
    if (report.verdict() == Verdict.UNREADABLE) {
      throw new AssertionError("a file that is there is unreadable: " + report.findings());
    }
    try {
      CheckpointException objection = StrictConversion.objection(file, Inputs.LIMITS);
      if (report.verdict() == Verdict.SAFE && objection != null) {
        throw new AssertionError("safe, and a strict conversion refuses it", objection);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
